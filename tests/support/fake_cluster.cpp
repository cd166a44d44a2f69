#include "tests/support/fake_cluster.h"

#include <algorithm>
#include <utility>

#include "base/time_point.h"
#include "nlohmann/json.hpp"
#include "tests/support/selection.h"

namespace staves::test {

namespace {

using base::Json;
using base::Retry;
using kube::WatchEventType;

/// DNS subdomains, which is what most kinds ask of a name.
bool is_name(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, fits);
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

Json labels_of(const Json& object) {
  return object.at("metadata").value("labels", Json::object());
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
  Json before = *known;
  const bool changed = known->value("spec", Json()) != object.value("spec", Json());
  for (const char* member : {"spec", "data"}) {
    if (object.contains(member)) (*known)[member] = object[member];
  }
  Json& metadata = (*known)["metadata"];
  for (const char* member : {"labels", "annotations"}) {
    if (object["metadata"].contains(member)) metadata[member] = object["metadata"][member];
  }
  if (changed) metadata["generation"] = metadata.value("generation", 1) + 1;
  tell_change_locked(type.plural, *known, std::move(before));
}

void FakeCluster::edit(const kube::ResourceType& type, const kube::ObjectKey& key,
                       const std::function<void(Json&)>& change) {
  const std::lock_guard lock(mutex_);
  Json* known = find_locked(type.plural, key);
  if (known == nullptr) return;
  Json before = *known;
  change(*known);
  if (*known != before) tell_change_locked(type.plural, *known, std::move(before));
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
  tell_change_locked(type.plural, *known, std::exchange(*known, std::move(next)));
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

void FakeCluster::tell_change_locked(const std::string& plural, Json& object, Json before) {
  stamp_locked(object);
  tell_locked(WatchEventType::Modified, plural, object);
  if (labels_of(object) == labels_of(before)) return;
  before["metadata"]["resourceVersion"] = object["metadata"]["resourceVersion"];
  changes_.back().before = std::move(before);
}

Json* FakeCluster::find_locked(const std::string& plural, const kube::ObjectKey& key) {
  auto& kind = objects_[plural];
  const auto found = kind.find(key);
  return found == kind.end() ? nullptr : &found->second;
}

}  // namespace staves::test
