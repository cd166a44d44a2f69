#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tests/support/fault_proxy/call.h"

namespace staves::test {

/// What a rule does to a call. In brackets: the members of the rule that say how.
enum class Fault {
  // Decided once for each call that the rule names.
  Status,          ///< answers with a Status object and does not ask the server [status, retryAfter]
  Delay,           ///< waits [ms, when]
  Crash,           ///< kills the process of the pid file, and answers nothing [when]
  Swallow,         ///< answers nothing and keeps the connection open [when; bytes: after so much of the body]
  LoseReply,       ///< the server carries it out; the connection breaks instead of the answer
  DuplicateReply,  ///< the answer comes twice
  SlowBody,        ///< so many bytes of the answer per second [bytes]
  Truncate,        ///< the answer ends in its middle [bytes; clean: framed as if it were whole]
  // Decided for each event of a watch that the rule names.
  SkipEvent,       ///< the event does not come
  DuplicateEvent,  ///< the event comes twice
  ExpireWatch,     ///< instead of the event comes 410 in an ERROR event
  // Standing: true of every call that the rule names, as long as the rule is there.
  DropWatch,     ///< breaks watches that are old [ms]
  FreezeWatch,   ///< events wait until the rule is gone
  Lag,           ///< lists and watches know nothing newer than when the rule came [resourceVersion: or than this]
  Unauthorized,  ///< 401 for the token that was in the token file when the rule came [ms: then a new one is there]
  ResetIdle,     ///< connections without a request are reset [ms]
  SwapCa,        ///< a new certificate authority, again and again [ms]
};
inline constexpr std::array<std::string_view, 17> fault_names{
    "status",      "delay",    "crash",        "swallow",        "loseReply",   "duplicateReply",
    "slowBody",    "truncate", "skipEvent",    "duplicateEvent", "expireWatch", "dropWatch",
    "freezeWatch", "lag",      "unauthorized", "resetIdle",      "swapCa"};
std::string_view name_of(Fault fault);

/// A fault with the calls that it happens to.
struct Rule {
  Fault fault = Fault::Status;
  std::vector<std::string> verbs = {};      ///< "write" and "read" are several; empty: all
  std::vector<std::string> resources = {};  ///< empty: all
  std::uint64_t every = 1;                  ///< the n-th, the 2n-th ...
  std::uint64_t on = 0;                     ///< only the k-th, from 1; 0: all
  std::uint64_t times = 0;                  ///< at most so often; 0: always
  double chance = 1;                        ///< of those that are left, by the seed
  std::string when = "before";              ///< or "after": the server has carried it out
  int status = 503;
  std::optional<int> retry_after = {};  ///< seconds
  std::chrono::milliseconds time{0};    ///< "ms"
  std::optional<std::uint64_t> bytes = {};
  bool clean = false;
  std::string resource_version = {};
  std::string token = {};  ///< Unauthorized: the one that is refused; the proxy fills it in

  bool names(const Call& call) const;
};

/// Reads {"rules": [...]}. Errors: InvalidRule (retry: never), with what is wrong.
base::Result<std::vector<Rule>> parse_rules(std::string_view json);

}  // namespace staves::test
