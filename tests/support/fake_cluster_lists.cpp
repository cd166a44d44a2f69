#include <algorithm>
#include <optional>

#include "kube/initial_events.h"
#include "nlohmann/json.hpp"
#include "tests/support/fake_cluster.h"
#include "tests/support/selection.h"

// How a FakeCluster is read: lists and watches.
namespace staves::test {

using base::Json;
using base::Retry;
using kube::WatchEventType;

namespace {

/// An object as a reader wants it.
Json shown(const Json& object, bool metadata_only) {
  if (!metadata_only) return object;
  return {{"apiVersion", "meta.k8s.io/v1"}, {"kind", kube::partial_metadata_kind}, {"metadata", object.at("metadata")}};
}

Json bookmark(const kube::ResourceType& type, std::int64_t version, bool ends_initial_events = false) {
  Json metadata{{"resourceVersion", std::to_string(version)}};
  if (ends_initial_events) metadata["annotations"] = {{kube::initial_events_end, "true"}};
  return {{"apiVersion", kube::api_version(type)}, {"kind", type.kind}, {"metadata", metadata}};
}

/// A change as a watch with that selector tells it: an object whose labels lead out of the selector is deleted for it,
/// as it was before, and one whose labels lead into it is new.
std::optional<FakeCluster::Change> as_told(const FakeCluster::Change& change, const std::string& label_selector) {
  const bool is_there = is_selected(change.object, label_selector);
  const bool was_there = change.before.is_null() ? is_there : is_selected(change.before, label_selector);
  if (!is_there && !was_there) return std::nullopt;
  if (is_there == was_there) return change;
  const auto type = is_there ? WatchEventType::Added : WatchEventType::Deleted;
  return FakeCluster::Change{change.version, type, change.plural, is_there ? change.object : change.before};
}

}  // namespace

std::vector<FakeCluster::Change> FakeCluster::changes(const kube::ResourceType& type, const std::string& label_selector,
                                                      const std::string& after) const {
  const std::lock_guard lock(mutex_);
  std::vector<Change> found;
  for (const Change& change : changes_) {
    const bool is_new = change.version > std::stoll(after) && change.plural == type.plural;
    auto told = is_new ? as_told(change, label_selector) : std::nullopt;
    if (told) found.push_back(*std::move(told));
  }
  return found;
}

base::Result<kube::ListPage> FakeCluster::list(const kube::ResourceType& type, const kube::ListQuery& query,
                                               const kube::OnItem& on_item, std::stop_token) {
  std::vector<Json> page;
  std::string version;
  std::string token;
  {
    const std::lock_guard lock(mutex_);
    ++calls_;
    ++lists_[type.plural];
    if (crashed_) return base::fail("ConnectFailed", "crashed", Retry::soon());
    if (refuses_lists_) return base::fail("ServiceUnavailable", "no lists", Retry::soon());
    TRY_ASSIGN(Rest rest, rest_locked(type, query));
    version = rest.version;
    page = std::move(rest.objects);
    const auto limit = static_cast<std::size_t>(query.limit);
    if (limit > 0 && page.size() > limit) {
      token = "page-" + std::to_string(rests_.size() + 1);
      rests_[token] = {{page.begin() + query.limit, page.end()}, version};
      page.resize(limit);
    }
  }
  for (const Json& object : page) on_item(shown(object, query.metadata_only));
  return kube::ListPage{.resource_version = version, .continue_token = token, .unreadable = 0};
}

base::Result<FakeCluster::Rest> FakeCluster::rest_locked(const kube::ResourceType& type, const kube::ListQuery& query) {
  if (query.continue_token.empty()) {
    if (!query.resource_version.empty() && std::stoll(query.resource_version) > version_) {
      return base::fail("ResourceVersionTooLarge", "Too large resource version: " + query.resource_version,
                        Retry::soon());
    }
    return Rest{selected_locked(type.plural, query.name_space, query.label_selector), std::to_string(version_)};
  }
  const auto rest = rests_.find(query.continue_token);
  if (rest == rests_.end()) return base::fail("Expired", "no such page", Retry::soon());
  return rest->second;
}

std::vector<Json> FakeCluster::selected_locked(const std::string& plural, const std::string& name_space,
                                               const std::string& label_selector) const {
  std::vector<Json> found;
  const auto kind = objects_.find(plural);
  if (kind == objects_.end()) return found;
  for (const auto& [key, object] : kind->second) {
    if (is_in(key, name_space) && is_selected(object, label_selector)) found.push_back(object);
  }
  return found;
}

base::Done FakeCluster::watch(const kube::ResourceType& type, const kube::WatchQuery& query,
                              const kube::OnWatchEvent& on_event, std::stop_token stop) {
  const auto until = std::chrono::steady_clock::now() + query.timeout;
  std::vector<Change> news;
  TRY_ASSIGN(std::int64_t seen, begin_watch(type, query, news));
  while (true) {
    for (const Change& change : news) {
      if (!stop.stop_requested() && !on_event(change.type, shown(change.object, query.metadata_only))) return {};
    }
    news.clear();
    std::unique_lock lock(mutex_);
    const auto has_news = [&] { return !changes_.empty() && changes_.back().version > seen; };
    const bool in_time = changed_.wait_until(lock, stop, until, has_news);
    if (stop.stop_requested()) return base::fail("Cancelled", "told to stop", Retry::never());
    if (!in_time) return {};
    for (const Change& change : changes_) {
      const bool is_new = change.version > seen && change.plural == type.plural;
      const bool is_wanted = is_new && is_in(key_in(change.object), query.name_space) &&
                             is_named(key_in(change.object), query.field_selector);
      auto told = is_wanted ? as_told(change, query.label_selector) : std::nullopt;
      if (told) news.push_back(*std::move(told));
    }
    seen = changes_.back().version;
    news.push_back({seen, WatchEventType::Bookmark, type.plural, bookmark(type, seen)});
  }
}

base::Result<std::int64_t> FakeCluster::begin_watch(const kube::ResourceType& type, const kube::WatchQuery& query,
                                                    std::vector<Change>& news) {
  const std::lock_guard lock(mutex_);
  if (!query.initial_events) return std::stoll(query.resource_version);
  ++lists_[type.plural];
  if (refuses_lists_) return base::fail("ServiceUnavailable", "no lists", Retry::soon());
  if (!query.resource_version.empty()) {
    return base::fail("Invalid", "this server knows initial events only from the newest version",
                      Retry::when_spec_changes());
  }
  for (Json& object : selected_locked(type.plural, query.name_space, query.label_selector)) {
    news.push_back({version_, WatchEventType::Added, type.plural, std::move(object)});
  }
  news.push_back({version_, WatchEventType::Bookmark, type.plural, bookmark(type, version_, true)});
  return version_;
}

}  // namespace staves::test
