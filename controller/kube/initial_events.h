#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "kube/ticker.h"

namespace staves::kube {

/// The annotation of the bookmark after which a stream has told of everything that was there. Source: KEP-3157.
inline constexpr auto initial_events_end = "k8s.io/initial-events-end";

/// Whether a bookmark is that one.
bool ends_initial_events(const base::Json& bookmark);

/// Looks from the side at a stream that owes its initial events: says so in the log after 10 s, and asks the stream to
/// stop when nothing has come for 30 s, as from a server whose storage does not tell how far it is.
class InitialEventsGuard {
 public:
  static constexpr std::chrono::seconds period{10};
  static constexpr int silent_ticks = 3;

  /// `kind` is for the log. The stream is asked to stop as well when `outer` is.
  InitialEventsGuard(const Ticker& ticker, std::string kind, const std::stop_token& outer);

  /// What the stream has to obey.
  std::stop_token token() const { return watched_->give_up.get_token(); }
  /// The server said something.
  void heard() { ++watched_->events; }
  /// The initial events are all there: there is nothing to look after any more.
  void satisfied() { ticking_.reset(); }
  /// Whether it was this that stopped the stream.
  bool gave_up() const { return watched_->gave_up; }

 private:
  struct Watched {
    std::string kind;
    std::stop_source give_up = {};
    std::atomic<std::uint64_t> events{0};
    std::atomic<bool> gave_up{false};
    std::uint64_t events_before = 0;  ///< the ticker's
    int silent = 0;                   ///< the ticker's
    bool told = false;                ///< the ticker's
    void tick();
  };

  std::shared_ptr<Watched> watched_;
  std::stop_callback<std::function<void()>> chain_;
  std::shared_ptr<void> ticking_;
};

}  // namespace staves::kube
