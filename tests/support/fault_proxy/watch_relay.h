#pragma once

#include <string>

#include "tests/support/fault_proxy/doorway.h"
#include "tests/support/fault_proxy/faulty_body.h"

namespace staves::test {

/// Hands the events of one watch on to the client, and does to them what the rules of the moment say: rules that come
/// while it runs count as well.
class WatchRelay {
 public:
  WatchRelay(RuleBook& book, const Doorway& doorway, Call call, Line& client, FaultyBody& body);

  /// Until the watch ends on either side. True: the connection may serve another request.
  bool run(BodyReader upstream);

 private:
  enum class Next { GoOn, Wait, End };

  bool must_break();
  Next deliver_lines();
  Next deliver(const std::string& line);
  bool is_too_new(const std::string& line) const;
  /// Counts once for all that is held back until something goes on.
  Next hold_back(Fault fault);

  RuleBook& book_;
  const Doorway& doorway_;
  const Call call_;
  Line& client_;
  FaultyBody& body_;
  const std::chrono::steady_clock::time_point began_;
  const std::uint64_t edition_;
  std::string pending_;
  bool holds_back_ = false;
};

}  // namespace staves::test
