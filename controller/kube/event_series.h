#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "kube/resource.h"

namespace staves::kube {

/// One thing that happened to an object.
struct EventNote {
  ResourceType type = {};
  ObjectKey regarding = {};
  std::string uid = {};
  bool warning = false;
  std::string reason = {};  ///< UpperCamel, at most 128 characters
  std::string action = {};  ///< UpperCamel, at most 128 characters
  std::string note = {};    ///< for people; cut at 1024 bytes
};

/// What has to be written for it.
struct EventWrite {
  bool create = true;  ///< else a merge patch
  ObjectKey key;
  std::string body;
};

/// Turns repeats of an event into one object with a series, as client-go does: the first is created, the second starts
/// the series at once, further ones are counted and written every 30 minutes or when the series has been quiet for 6.
/// Has no thread.
class EventSeries {
 public:
  /// Remembers at most `limit` events: of more the one that was last seen the longest ago is forgotten.
  EventSeries(std::string controller, std::string instance, std::size_t limit = 4096);

  /// What one more event has to write now; nothing when counting it is enough.
  std::optional<EventWrite> observe(const EventNote& note, base::TimePoint now);

  /// The series that are due to be written; quiet ones are forgotten.
  std::vector<EventWrite> due(base::TimePoint now);

  /// The object of this write is not there (any more): the next repeat makes a new one.
  void lost(const ObjectKey& key);

  std::size_t size() const { return known_.size(); }

 private:
  struct Known {
    ObjectKey key;
    int count = 1;
    int written = 1;  ///< the count that the server has
    base::TimePoint last{};
    base::TimePoint last_write{};
  };
  static constexpr std::chrono::minutes quiet{6};
  static constexpr std::chrono::minutes refresh{30};

  EventWrite first(const EventNote& note, const ObjectKey& key, base::TimePoint now) const;
  static EventWrite repeat(Known& known, base::TimePoint now);

  std::string controller_;
  std::string instance_;
  std::size_t limit_;
  std::unordered_map<std::size_t, Known> known_;  ///< by a hash of all that makes an event the same
};

}  // namespace staves::kube
