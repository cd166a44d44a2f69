#include "kube/watch_event.h"

#include <optional>

#include "kube/api_error.h"
#include "kube/line_framer.h"

namespace staves::kube {

namespace {

std::optional<WatchEventType> type_of(const std::string& name) {
  if (name == "ADDED") return WatchEventType::Added;
  if (name == "MODIFIED") return WatchEventType::Modified;
  if (name == "DELETED") return WatchEventType::Deleted;
  if (name == "BOOKMARK") return WatchEventType::Bookmark;
  return std::nullopt;
}

}  // namespace

Result<bool> deliver_watch_event(std::string_view line, const OnWatchEvent& on_event) {
  const auto event = base::parse_json(line, {.bytes = LineFramer::default_limit});
  if (!event || !event->is_object()) return on_event(WatchEventType::Unreadable, nullptr);
  const auto name = event->find("type");
  const auto object = event->find("object");
  if (name == event->end() || !name->is_string() || object == event->end() || !object->is_object()) {
    return on_event(WatchEventType::Unreadable, nullptr);
  }
  if (*name == "ERROR") return base::fail(error_of_status(*object, 500));
  const auto type = type_of(name->get<std::string>());
  if (!type) return on_event(WatchEventType::Unreadable, nullptr);
  return on_event(*type, *object);
}

}  // namespace staves::kube
