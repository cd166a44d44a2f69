#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "decide/observation.h"
#include "operate/route.h"
#include "operate/wake.h"

namespace staves::operate {

/// A tag that somebody wants to know the digest of.
struct TagQuestion {
  std::string reference;
  Route route;
  std::chrono::seconds refresh{3600};  ///< how long an answer is good for
  /// An answer about another one is none: what was pushed anew under the same name is asked for anew. May be empty.
  std::string since = {};
  std::chrono::seconds after_error{60};  ///< how long an error is good for, if that is less
};

/// Asks a registry. Errors: ImageNotFound, RegistryAuthFailed, RegistryUnreachable, InvalidReference.
using ResolveTag = std::function<base::Result<std::string>(const TagQuestion& question, const std::stop_token& stop)>;

/// Remembers what registries said about tags. Nobody waits for it: who asks gets the last answer and is woken when
/// there is another one. However many threads ask, a host gets one question at a time, hosts take turns, and a
/// namespace has two questions under way at most: slow hosts hold up nobody else's answers. Thread-safe.
class TagResolver {
 public:
  TagResolver(ResolveTag resolve, std::shared_ptr<const base::Clock> clock, Wake wake);

  /// The last answer; neither digest nor error while there was none, or when nobody has wanted it for more than twice
  /// its refresh. The registry is asked again when that is due.
  decide::TagLookup latest(const TagQuestion& question, const WorkKey& asker);

  /// Asks about one tag that is due, on the calling thread; false when there is none that may be asked about now.
  bool work_once(const std::stop_token& stop);
  /// Asks about tags as they become due, until `stop`. Several threads may.
  void work(const std::stop_token& stop);

  /// How many tags are remembered.
  std::size_t size() const;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  using Key = std::tuple<std::string, Route, std::string>;
  struct Known {
    decide::TagLookup lookup;
    TagQuestion question;
    Moment asked{};   ///< when the registry was last asked, or is to be
    Moment wanted{};  ///< when somebody last wanted to know
    bool waiting = false;
    std::string name_space;        ///< of whoever it is asked for
    std::set<std::string> askers;  ///< since the last answer
  };

  static bool is_due(const Known& known, Moment now);
  void forget_old(Moment now);
  void line_up(const Key& key);
  /// Of the hosts that nobody is asking, the first whose next question may be asked now.
  std::deque<std::string>::const_iterator next_host() const;
  void set_free(const std::string& host, const std::string& name_space);
  void keep(const Key& key, base::Result<std::string> answer);

  ResolveTag resolve_;
  std::shared_ptr<const base::Clock> clock_;
  Wake wake_;
  mutable std::mutex mutex_;
  std::condition_variable_any filled_;
  std::map<Key, Known> known_;
  std::map<std::string, std::deque<Key>> due_;  ///< by host; has every host that is being asked
  std::deque<std::string> free_;                ///< hosts with something due that nobody is asking, in turn
  std::map<std::string, int> under_way_;        ///< questions, by namespace
};

}  // namespace staves::operate
