#include "kube/event_series.h"

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "kube/micro_time.h"

namespace staves::kube {

namespace {

using base::Json;

std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  // Not through the middle of a UTF-8 character.
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  text.resize(most);
  return text;
}

std::string identity_of_note(const EventNote& note) {
  const char mark = '\n';
  return api_version(note.type) + mark + note.type.kind + mark + to_text(note.regarding) + mark + note.uid + mark +
         (note.warning ? "W" : "N") + mark + note.reason + mark + note.action + mark + note.note;
}

}  // namespace

EventSeries::EventSeries(std::string controller, std::string instance, std::size_t limit)
    : controller_(std::move(controller)), instance_(cut(std::move(instance), 128)), limit_(limit) {}

std::optional<EventWrite> EventSeries::observe(const EventNote& note, base::TimePoint now) {
  const std::string all = identity_of_note(note);
  const std::size_t identity = std::hash<std::string>()(all);
  const auto found = known_.find(identity);
  if (found != known_.end() && now - found->second.last < quiet) {
    Known& known = found->second;
    ++known.count;
    known.last = now;
    if (known.count == 2) return repeat(known, now);
    return std::nullopt;
  }
  if (found == known_.end() && known_.size() >= limit_) {
    known_.erase(std::ranges::min_element(known_, {}, [](const auto& entry) { return entry.second.last; }));
  }
  const std::string unique = all + instance_ + std::to_string(now.time_since_epoch().count());
  const ObjectKey key{note.regarding.name_space.empty() ? "default" : note.regarding.name_space,
                      cut(note.regarding.name, 230) + "." + base::short_hash(unique, 16)};
  known_.insert_or_assign(identity, Known{.key = key, .count = 1, .written = 1, .last = now, .last_write = now});
  return first(note, key, now);
}

std::vector<EventWrite> EventSeries::due(base::TimePoint now) {
  std::vector<EventWrite> writes;
  for (auto entry = known_.begin(); entry != known_.end();) {
    Known& known = entry->second;
    const bool is_quiet = now - known.last >= quiet;
    const bool is_behind = known.count > known.written;
    if (is_behind && (is_quiet || now - known.last_write >= refresh)) writes.push_back(repeat(known, now));
    entry = is_quiet ? known_.erase(entry) : std::next(entry);
  }
  return writes;
}

void EventSeries::lost(const ObjectKey& key) {
  std::erase_if(known_, [&](const auto& entry) { return entry.second.key == key; });
}

EventWrite EventSeries::first(const EventNote& note, const ObjectKey& key, base::TimePoint now) const {
  Json regarding{{"apiVersion", api_version(note.type)}, {"kind", note.type.kind}, {"name", note.regarding.name}};
  if (!note.regarding.name_space.empty()) regarding["namespace"] = note.regarding.name_space;
  if (!note.uid.empty()) regarding["uid"] = note.uid;
  const Json body{{"apiVersion", "events.k8s.io/v1"},
                  {"kind", "Event"},
                  {"metadata", {{"name", key.name}, {"namespace", key.name_space}}},
                  {"eventTime", to_micro_time(now)},
                  {"reportingController", controller_},
                  {"reportingInstance", instance_},
                  {"type", note.warning ? "Warning" : "Normal"},
                  {"reason", cut(note.reason, 128)},
                  {"action", cut(note.action, 128)},
                  {"note", cut(note.note, 1024)},
                  {"regarding", std::move(regarding)}};
  return {.create = true, .key = key, .body = base::to_canonical_json(body)};
}

EventWrite EventSeries::repeat(Known& known, base::TimePoint now) {
  known.written = known.count;
  known.last_write = now;
  const Json body{{"series", {{"count", known.count}, {"lastObservedTime", to_micro_time(known.last)}}}};
  return {.create = false, .key = known.key, .body = base::to_canonical_json(body)};
}

}  // namespace staves::kube
