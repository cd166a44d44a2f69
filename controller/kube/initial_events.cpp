#include "kube/initial_events.h"

#include "base/log.h"

namespace staves::kube {

bool ends_initial_events(const base::Json& bookmark) {
  const auto metadata = bookmark.find("metadata");
  if (metadata == bookmark.end() || !metadata->is_object()) return false;
  const auto annotations = metadata->find("annotations");
  if (annotations == metadata->end() || !annotations->is_object()) return false;
  const auto end = annotations->find(initial_events_end);
  return end != annotations->end() && *end == "true";
}

InitialEventsGuard::InitialEventsGuard(const Ticker& ticker, std::string kind, const std::stop_token& outer)
    : watched_(std::make_shared<Watched>(std::move(kind))),
      chain_(outer, [watched = watched_] { watched->give_up.request_stop(); }),
      ticking_(ticker(period, [watched = watched_] { watched->tick(); })) {}

void InitialEventsGuard::Watched::tick() {
  const std::uint64_t events_now = events;
  silent = events_now == events_before ? silent + 1 : 0;
  events_before = events_now;
  if (!std::exchange(told, true)) {
    base::log_warning("a stream has not told of all that is there yet",
                      {{"kind", kind}, {"events", std::to_string(events_now)}});
  }
  if (silent < silent_ticks) return;
  gave_up = true;
  give_up.request_stop();
}

}  // namespace staves::kube
