#include "tests/support/fake_cluster.h"

#include <algorithm>

#include "base/time_point.h"
#include "kube/initial_events.h"
#include "nlohmann/json.hpp"

namespace staves::test {

namespace {

using base::Json;
using base::Retry;
using kube::WatchEventType;

kube::ObjectKey key_in(const Json& object) {
  const Json& metadata = object.at("metadata");
  return {metadata.value("namespace", std::string()), metadata.at("name").get<std::string>()};
}

/// Selectors of the form "key=value".
bool is_selected(const Json& object, const std::string& selector) {
  if (selector.empty()) return true;
  const auto equals = selector.find('=');
  const Json labels = object.at("metadata").value("labels", Json::object());
  return labels.value(selector.substr(0, equals), std::string()) == selector.substr(equals + 1);
}

/// Of the selectors by field only that of one name; the others take all.
bool is_named(const kube::ObjectKey& key, const std::string& field_selector) {
  constexpr std::string_view by_name = "metadata.name=";
  return !field_selector.starts_with(by_name) || key.name == field_selector.substr(by_name.size());
}

bool is_in(const kube::ObjectKey& key, const std::string& name_space) {
  return name_space.empty() || name_space == key.name_space;
}

/// DNS subdomains, which is what most kinds ask of a name.
bool is_name(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, fits);
}

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

void fill_from(kube::ObjectSink& sink, const kube::ResourceType& type, const std::string& label_selector,
               const FakeCluster::Objects& objects, const std::string& version) {
  sink.begin_replace();
  if (const auto kind = objects.find(type.plural); kind != objects.end()) {
    for (const auto& [key, object] : kind->second) {
      if (is_selected(object, label_selector)) sink.stage(object);
    }
  }
  sink.commit_replace(version);
}

std::unexpected<base::Error> not_found(const kube::ObjectKey& key) {
  return base::fail("NotFound", to_text(key) + " not found", Retry::never());
}

std::unexpected<base::Error> conflict(const kube::ObjectKey& key) {
  return base::fail("Conflict", to_text(key) + " is another one by now", Retry::soon());
}

}  // namespace

void FakeCluster::apply(const kube::ResourceType& type, Json object) {
  const std::lock_guard lock(mutex_);
  const kube::ObjectKey key = key_in(object);
  Json* known = find_locked(type.plural, key);
  if (known == nullptr) {
    [[maybe_unused]] const auto made = create_locked(type, key.name_space, std::move(object));
    return;
  }
  const bool changed = known->value("spec", Json()) != object.value("spec", Json());
  for (const char* member : {"spec", "data"}) {
    if (object.contains(member)) (*known)[member] = object[member];
  }
  Json& metadata = (*known)["metadata"];
  for (const char* member : {"labels", "annotations"}) {
    if (object["metadata"].contains(member)) metadata[member] = object["metadata"][member];
  }
  if (changed) metadata["generation"] = metadata.value("generation", 1) + 1;
  stamp_locked(*known);
  tell_locked(WatchEventType::Modified, type.plural, *known);
}

void FakeCluster::edit(const kube::ResourceType& type, const kube::ObjectKey& key,
                       const std::function<void(Json&)>& change) {
  const std::lock_guard lock(mutex_);
  Json* known = find_locked(type.plural, key);
  if (known == nullptr) return;
  const Json before = *known;
  change(*known);
  if (*known == before) return;
  stamp_locked(*known);
  tell_locked(WatchEventType::Modified, type.plural, *known);
}

void FakeCluster::erase(const kube::ResourceType& type, const kube::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  erase_locked(type.plural, key);
}

Json FakeCluster::object(const kube::ResourceType& type, const kube::ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto kind = objects_.find(type.plural);
  if (kind == objects_.end()) return nullptr;
  const auto found = kind->second.find(key);
  return found == kind->second.end() ? Json() : found->second;
}

std::vector<Json> FakeCluster::objects(const kube::ResourceType& type) const {
  const std::lock_guard lock(mutex_);
  std::vector<Json> all;
  const auto kind = objects_.find(type.plural);
  if (kind == objects_.end()) return all;
  for (const auto& [key, object] : kind->second) all.push_back(object);
  return all;
}

void FakeCluster::set_log(const kube::ObjectKey& pod, std::string text) {
  const std::lock_guard lock(mutex_);
  logs_[pod] = std::move(text);
}

FakeCluster::Snapshot FakeCluster::snapshot() const {
  const std::lock_guard lock(mutex_);
  return {objects_, std::to_string(version_)};
}

std::string FakeCluster::version() const {
  const std::lock_guard lock(mutex_);
  return std::to_string(version_);
}

std::string FakeCluster::version_of(const std::string& plural) const {
  const std::lock_guard lock(mutex_);
  const auto found = versions_.find(plural);
  return std::to_string(found == versions_.end() ? 0 : found->second);
}

void FakeCluster::fill(kube::ObjectSink& sink, const kube::ResourceType& type, const std::string& label_selector,
                       const Snapshot& from) const {
  fill_from(sink, type, label_selector, from.objects, from.version);
}

void FakeCluster::fill(kube::ObjectSink& sink, const kube::ResourceType& type,
                       const std::string& label_selector) const {
  const std::lock_guard lock(mutex_);
  fill_from(sink, type, label_selector, objects_, std::to_string(version_));
}

std::vector<FakeCluster::Change> FakeCluster::changes(const kube::ResourceType& type, const std::string& label_selector,
                                                      const std::string& after) const {
  const std::lock_guard lock(mutex_);
  std::vector<Change> found;
  for (const Change& change : changes_) {
    const bool is_new = change.version > std::stoll(after) && change.plural == type.plural;
    if (is_new && is_selected(change.object, label_selector)) found.push_back(change);
  }
  return found;
}

void FakeCluster::break_write(int number, Fault fault) {
  const std::lock_guard lock(mutex_);
  until_fault_ = number;
  fault_ = fault;
}

void FakeCluster::refuse_creations(const std::string& plural, std::optional<base::Error> error) {
  const std::lock_guard lock(mutex_);
  refused_.erase(plural);
  if (error) refused_.emplace(plural, *std::move(error));
}

void FakeCluster::refuse_lists(bool refuse) {
  const std::lock_guard lock(mutex_);
  refuses_lists_ = refuse;
}

bool FakeCluster::crashed() const {
  const std::lock_guard lock(mutex_);
  return crashed_;
}

void FakeCluster::revive() {
  const std::lock_guard lock(mutex_);
  crashed_ = false;
}

int FakeCluster::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

int FakeCluster::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

int FakeCluster::creations(const kube::ResourceType& type) const {
  const std::lock_guard lock(mutex_);
  const auto found = creations_.find(type.plural);
  return found == creations_.end() ? 0 : found->second;
}

int FakeCluster::deletions(const kube::ResourceType& type) const {
  const std::lock_guard lock(mutex_);
  const auto found = deletions_.find(type.plural);
  return found == deletions_.end() ? 0 : found->second;
}

int FakeCluster::lists(const kube::ResourceType& type) const {
  const std::lock_guard lock(mutex_);
  const auto found = lists_.find(type.plural);
  return found == lists_.end() ? 0 : found->second;
}

template <class T>
base::Result<T> FakeCluster::write(const std::function<base::Result<T>()>& carry_out) {
  const std::lock_guard lock(mutex_);
  ++calls_;
  if (crashed_) return base::fail("ConnectFailed", "crashed", Retry::soon());
  const bool goes_wrong = until_fault_ > 0 && --until_fault_ == 0;
  crashed_ = goes_wrong && (fault_ == Fault::CrashBefore || fault_ == Fault::CrashAfter);
  if (goes_wrong && (fault_ == Fault::LostQuestion || fault_ == Fault::CrashBefore)) {
    return base::fail("ConnectFailed", "lost question", Retry::soon());
  }
  if (goes_wrong && fault_ == Fault::Refused) return base::fail("InternalError", "too busy", Retry::soon());
  if (goes_wrong && fault_ == Fault::Conflict) return base::fail("Conflict", "another write came first", Retry::soon());
  auto result = carry_out();
  if (result) ++writes_;
  if (!goes_wrong) return result;
  if (fault_ == Fault::LostAnswerAndRepeated) return carry_out();
  return base::fail("ConnectionLost", "lost answer", Retry::soon());
}

base::Result<Json> FakeCluster::get(const kube::ResourceType& type, const kube::ObjectKey& key, std::stop_token) {
  const std::lock_guard lock(mutex_);
  ++calls_;
  if (crashed_) return base::fail("ConnectFailed", "crashed", Retry::soon());
  const Json* found = find_locked(type.plural, key);
  if (found == nullptr) return not_found(key);
  return *found;
}

base::Result<Json> FakeCluster::create(const kube::ResourceType& type, const std::string& name_space,
                                       const std::string& body, std::stop_token) {
  return write<Json>([&]() -> base::Result<Json> {
    if (const auto refused = refused_.find(type.plural); refused != refused_.end()) return base::fail(refused->second);
    return create_counted_locked(type, name_space, Json::parse(body));
  });
}

base::Result<Json> FakeCluster::patch(const kube::ResourceType& type, const kube::ObjectKey& key,
                                      const kube::Patch& patch, std::stop_token) {
  return write<Json>([&] { return patch_locked(type, key, patch); });
}

base::Done FakeCluster::remove(const kube::ResourceType& type, const kube::ObjectKey& key, const kube::Removal& removal,
                               std::stop_token) {
  const auto removed = write<bool>([&] { return remove_locked(type, key, removal); });
  if (!removed) return base::fail(removed.error());
  return {};
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
                             is_named(key_in(change.object), query.field_selector) &&
                             is_selected(change.object, query.label_selector);
      if (is_wanted) news.push_back(change);
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

base::Result<std::string> FakeCluster::log_tail(const kube::LogTail& tail, std::stop_token) {
  const std::lock_guard lock(mutex_);
  ++calls_;
  const auto found = logs_.find(tail.pod);
  if (found == logs_.end()) return not_found(tail.pod);
  return found->second;
}

base::Done FakeCluster::log(const kube::LogQuery& query, const std::function<bool(std::string_view)>& on_bytes,
                            std::stop_token stop) {
  TRY_ASSIGN(const std::string text, log_tail({.pod = query.pod, .container = query.container}, std::move(stop)));
  on_bytes(text);
  return {};
}

base::Result<Json> FakeCluster::create_locked(const kube::ResourceType& type, const std::string& name_space,
                                              Json object) {
  Json& metadata = object["metadata"];
  metadata["namespace"] = name_space;
  const kube::ObjectKey key = key_in(object);
  if (!is_name(key.name)) {
    return base::fail("Invalid", "metadata.name: '" + key.name + "' is no DNS subdomain", Retry::when_spec_changes());
  }
  if (find_locked(type.plural, key) != nullptr) {
    return base::fail("AlreadyExists", to_text(key) + " already exists", Retry::never());
  }
  // The same whatever else was made before, so that names with a hash of it are the same in every order of events.
  const std::string place = type.plural + "-" + key.name_space + "-" + key.name;
  metadata["uid"] = "uid-" + place + "-" + std::to_string(++made_at_[place]);
  metadata["generation"] = 1;
  metadata["creationTimestamp"] = base::to_rfc3339(clock_->now());
  stamp_locked(object);
  objects_[type.plural][key] = object;
  tell_locked(WatchEventType::Added, type.plural, object);
  return object;
}

base::Result<Json> FakeCluster::create_counted_locked(const kube::ResourceType& type, const std::string& name_space,
                                                      Json object) {
  auto made = create_locked(type, name_space, std::move(object));
  if (made) ++creations_[type.plural];
  return made;
}

base::Result<Json> FakeCluster::patch_locked(const kube::ResourceType& type, const kube::ObjectKey& key,
                                             const kube::Patch& patch) {
  Json* known = find_locked(type.plural, key);
  Json body = Json::parse(patch.body);
  if (known == nullptr && patch.type == kube::PatchType::Apply && patch.subresource.empty()) {
    return create_counted_locked(type, key.name_space, std::move(body));
  }
  if (known == nullptr) return not_found(key);
  const Json version = body.value(Json::json_pointer("/metadata/resourceVersion"), Json());
  if (!version.is_null() && version != known->at("metadata").at("resourceVersion")) return conflict(key);
  Json next = *known;
  // The subresource keeps all but itself.
  if (patch.subresource == "status") {
    next.merge_patch({{"status", body.value("status", Json::object())}});
  } else {
    if (body.contains("metadata")) body["metadata"].erase("resourceVersion");
    next.merge_patch(body);
    if (next.value("spec", Json()) != known->value("spec", Json())) {
      next["metadata"]["generation"] = known->at("metadata").value("generation", 1) + 1;
    }
  }
  if (next == *known) return next;
  *known = std::move(next);
  stamp_locked(*known);
  tell_locked(WatchEventType::Modified, type.plural, *known);
  return *known;
}

base::Result<bool> FakeCluster::remove_locked(const kube::ResourceType& type, const kube::ObjectKey& key,
                                              const kube::Removal& removal) {
  const Json* known = find_locked(type.plural, key);
  if (known == nullptr) return not_found(key);
  const Json& metadata = known->at("metadata");
  if (!removal.uid.empty() && metadata.at("uid") != removal.uid) return conflict(key);
  if (!removal.resource_version.empty() && metadata.at("resourceVersion") != removal.resource_version) {
    return conflict(key);
  }
  erase_locked(type.plural, key);
  ++deletions_[type.plural];
  return true;
}

void FakeCluster::erase_locked(const std::string& plural, const kube::ObjectKey& key) {
  const Json* known = find_locked(plural, key);
  if (known == nullptr) return;
  Json last = *known;
  stamp_locked(last);
  objects_[plural].erase(key);
  tell_locked(WatchEventType::Deleted, plural, last);
  collect_garbage_locked(last["metadata"]["uid"].get<std::string>());
}

void FakeCluster::collect_garbage_locked(const std::string& owner_uid) {
  std::vector<std::pair<std::string, kube::ObjectKey>> orphans;
  for (const auto& [plural, kind] : objects_) {
    for (const auto& [key, object] : kind) {
      for (const Json& owner : object.at("metadata").value("ownerReferences", Json::array())) {
        if (owner.value("uid", std::string()) == owner_uid) orphans.emplace_back(plural, key);
      }
    }
  }
  for (const auto& [plural, key] : orphans) erase_locked(plural, key);
}

void FakeCluster::stamp_locked(Json& object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
}

void FakeCluster::tell_locked(WatchEventType type, const std::string& plural, const Json& object) {
  versions_[plural] = version_;
  changes_.push_back({version_, type, plural, object});
  changed_.notify_all();
}

Json* FakeCluster::find_locked(const std::string& plural, const kube::ObjectKey& key) {
  auto& kind = objects_[plural];
  const auto found = kind.find(key);
  return found == kind.end() ? nullptr : &found->second;
}

}  // namespace staves::test
