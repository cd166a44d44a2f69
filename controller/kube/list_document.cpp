#include "kube/list_document.h"

namespace staves::kube {

namespace {

/// Depths as the parser counts them: the list itself is 0, its members are 1, its items are 2.
constexpr int member_depth = 1;
constexpr int item_depth = 2;
constexpr int deepest = item_depth + 64;

/// Follows the parser's events and takes each item out of the tree as soon as it is whole.
class ItemTaker {
 public:
  explicit ItemTaker(const OnItem& on_item) : on_item_(on_item) {}

  bool keep(int depth, Json::parse_event_t event, Json& value) {
    switch (event) {
      case Json::parse_event_t::key:
        if (depth == member_depth) in_items_ = value == "items";
        return true;
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        return may_open(depth);
      case Json::parse_event_t::object_end:
        return !(in_items_ && depth == item_depth) || take(value);
      default:
        return true;
    }
  }

  std::uint64_t unreadable() const { return unreadable_; }

 private:
  bool may_open(int depth) {
    if (depth < deepest) return true;
    too_deep_ = true;
    return false;
  }

  bool take(const Json& item) {
    if (too_deep_) {
      ++unreadable_;
    } else {
      on_item_(item);
    }
    too_deep_ = false;
    return false;
  }

  const OnItem& on_item_;
  bool in_items_ = false;
  bool too_deep_ = false;
  std::uint64_t unreadable_ = 0;
};

std::string text_at(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Result<ListPage> read_list(std::string_view text, const OnItem& on_item) {
  ItemTaker taker(on_item);
  const Json list = Json::parse(
      text, [&](int depth, Json::parse_event_t event, Json& value) { return taker.keep(depth, event, value); },
      /*allow_exceptions=*/false);
  const auto malformed = [](const char* why) { return base::fail("MalformedJson", why, base::Retry::soon()); };
  if (!list.is_object()) return malformed("a list of the API server is no JSON object");
  const auto metadata = list.find("metadata");
  if (metadata == list.end() || !metadata->is_object()) return malformed("a list of the API server has no metadata");
  ListPage page{text_at(*metadata, "resourceVersion"), text_at(*metadata, "continue"), taker.unreadable()};
  if (page.resource_version.empty()) return malformed("a list of the API server has no resource version");
  const auto left = list.find("items");
  if (left != list.end() && left->is_array()) page.unreadable += left->size();
  return page;
}

}  // namespace staves::kube
