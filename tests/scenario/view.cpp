#include "tests/scenario/view.h"

#include <algorithm>
#include <span>
#include <utility>

#include "nlohmann/json.hpp"
#include "operate/stores.h"

namespace staves::scenario {

void View::begin(const std::string& version) {
  watches_.clear();
  begun_at_ = version;
  has_hole_ = false;
}

bool View::is_late(const std::string& plural) const {
  return sight_.behind > 0 && (sight_.kind.empty() || sight_.kind == plural);
}

void View::show(kube::ObjectSink& sink, const api::Kind& kind, const std::string& selector) {
  const auto type = operate::resource_type(kind);
  Watch& watch = watches_.try_emplace(kind.plural, Watch{begun_at_}).first->second;
  if (std::exchange(watch.lists, false)) {
    watch.at = cluster_.version();
    return cluster_.fill(sink, type, selector);
  }
  const auto news = cluster_.changes(type, selector, watch.at);
  const int pending = static_cast<int>(news.size());
  int coming = is_late(kind.plural) ? std::max(pending - sight_.behind, 0) : pending;
  if (std::exchange(watch.is_due, false)) coming = std::max(coming, std::min(pending, 1));
  for (const auto& change : std::span(news).first(static_cast<std::size_t>(coming))) {
    watch.at = std::to_string(change.version);
    if (++events_ == sight_.skips) {
      has_hole_ = true;
    } else if (change.type == kube::WatchEventType::Deleted) {
      sink.erase(change.object);
    } else {
      sink.apply(change.object);
    }
  }
  watch.waits_at = coming < pending ? news[static_cast<std::size_t>(coming)].version : 0;
  if (watch.waits_at == 0) sink.advance(cluster_.version());
}

bool View::is_behind() const {
  return has_hole_ || std::ranges::any_of(watches_, [](const auto& one) { return one.second.waits_at > 0; });
}

bool View::catch_up() {
  Watch* oldest = nullptr;
  for (auto& [plural, watch] : watches_) {
    if (watch.waits_at > 0 && (oldest == nullptr || watch.waits_at < oldest->waits_at)) oldest = &watch;
  }
  if (oldest != nullptr) {
    oldest->is_due = true;
    return true;
  }
  if (!std::exchange(has_hole_, false)) return false;
  for (auto& [plural, watch] : watches_) watch.lists = true;
  return true;
}

}  // namespace staves::scenario
