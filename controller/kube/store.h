#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "kube/object_sink.h"

namespace staves::kube {

/// What the server has of one type, as values of ours: `parse` keeps only what somebody reads (never managedFields).
/// One thread writes (the reflector's), any thread reads; what is read never changes under the reader.
template <class T>
class Store final : public ObjectSink {
 public:
  using Snapshot = std::shared_ptr<const T>;
  using Parse = std::function<Result<T>(const base::Json& object)>;
  /// Under which values an object is found, such as its owner's UID.
  using IndexValues = std::function<std::vector<std::string>(const T& object)>;
  /// Called on the writer's thread after each change: `before` is null for a new object, `after` for one that is gone.
  /// An object that was made anew under the same name is told as gone, then as new.
  using OnChange = std::function<void(const Snapshot& before, const Snapshot& after)>;

  explicit Store(Parse parse) : parse_(std::move(parse)) {}

  /// Adds an index. Call it before the reflector starts.
  void add_index(const std::string& name, IndexValues values) { indexes_[name].values = std::move(values); }
  /// Adds a listener. Call it before the reflector starts.
  void on_change(OnChange listener) { listeners_.push_back(std::move(listener)); }

  /// One object; null when there is none.
  Snapshot get(const ObjectKey& key) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second.object;
  }

  /// All objects, by key.
  std::vector<Snapshot> list() const {
    const std::shared_lock lock(mutex_);
    std::vector<Snapshot> all;
    all.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) all.push_back(entry.object);
    return all;
  }

  /// The objects that an index has under a value, by key.
  std::vector<Snapshot> find(const std::string& index, const std::string& value) const {
    const std::shared_lock lock(mutex_);
    std::vector<Snapshot> found;
    const auto in = indexes_.find(index);
    if (in == indexes_.end()) return found;
    std::vector<const ObjectKey*> keys;
    const std::size_t mark = mark_of(value);
    for (const auto& place : std::ranges::equal_range(in->second.places, mark, {}, &Place::first)) {
      keys.push_back(place.second);
    }
    std::ranges::sort(keys, {}, [](const ObjectKey* key) -> const ObjectKey& { return *key; });
    for (const ObjectKey* key : keys) {
      const Snapshot& object = entries_.at(*key).object;
      // Two values may have one mark.
      const auto values = in->second.values(*object);
      if (std::ranges::find(values, value) != values.end()) found.push_back(object);
    }
    return found;
  }

  std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
  }

  /// The newest version that was seen, bookmarks included; empty before the first list.
  std::string resource_version() const {
    const std::shared_lock lock(mutex_);
    return resource_version_;
  }

  /// Whether a first list is in.
  bool synced() const { return !resource_version().empty(); }

  /// Waits for the first list; false when `stop` came first.
  bool wait_until_synced(std::stop_token stop) const {
    std::shared_lock lock(mutex_);
    return first_list_.wait(lock, stop, [this] { return !resource_version_.empty(); });
  }

  void begin_replace() override { staged_.clear(); }

  bool stage(const base::Json& object) override {
    auto identity = identity_of(object);
    if (!identity) return false;
    const auto known = entries_.find(identity->key);
    const bool is_known = known != entries_.end() && known->second.uid == mark_of(identity->uid);
    // What did not change is shared: a list that comes again costs neither time nor a second copy.
    if (is_known && known->second.version == mark_of(identity->resource_version)) {
      staged_.insert_or_assign(std::move(identity->key), known->second);
      return true;
    }
    Entry entry = entry_of(object, *identity);
    const bool readable = entry.object != nullptr;
    if (!readable && !is_known) return false;
    staged_.insert_or_assign(std::move(identity->key), readable ? std::move(entry) : known->second);
    return readable;
  }

  bool unstage(const base::Json& object) override {
    const auto identity = identity_of(object);
    if (!identity) return false;
    staged_.erase(identity->key);
    return true;
  }

  std::vector<ObjectKey> missing() const override {
    std::vector<ObjectKey> lost;
    for (const auto& [key, entry] : entries_) {
      if (!staged_.contains(key)) lost.push_back(key);
    }
    return lost;
  }

  void keep(const ObjectKey& key) override {
    const auto known = entries_.find(key);
    if (known != entries_.end()) staged_.try_emplace(key, known->second);
  }

  void commit_replace(const std::string& resource_version) override {
    std::vector<std::pair<Snapshot, Snapshot>> changes;
    {
      const std::unique_lock lock(mutex_);
      for (const ObjectKey& key : missing()) drop(key, changes);
      for (auto& [key, entry] : staged_) put(key, std::move(entry), changes);
      resource_version_ = resource_version;
    }
    staged_.clear();
    tell(changes);
    first_list_.notify_all();
  }

  bool apply(const base::Json& object) override {
    auto identity = identity_of(object);
    if (!identity) return false;
    Entry entry = entry_of(object, *identity);
    if (entry.object == nullptr) return false;
    std::vector<std::pair<Snapshot, Snapshot>> changes;
    {
      const std::unique_lock lock(mutex_);
      resource_version_ = std::move(identity->resource_version);
      put(identity->key, std::move(entry), changes);
    }
    tell(changes);
    return true;
  }

  bool erase(const base::Json& object) override {
    auto identity = identity_of(object);
    if (!identity) return false;
    std::vector<std::pair<Snapshot, Snapshot>> changes;
    {
      const std::unique_lock lock(mutex_);
      drop(identity->key, changes);
      resource_version_ = std::move(identity->resource_version);
    }
    tell(changes);
    return true;
  }

  void advance(const std::string& resource_version) override {
    const std::unique_lock lock(mutex_);
    resource_version_ = resource_version;
  }

 private:
  /// There are many of these, so texts of the server's that are only compared are kept as marks, and an index points
  /// at the keys of the entries.
  struct Entry {
    Snapshot object;
    std::size_t uid = 0;
    std::size_t version = 0;
  };
  using Place = std::pair<std::size_t, const ObjectKey*>;  ///< the mark of a value, and who has it
  struct Index {
    IndexValues values;
    std::vector<Place> places;  ///< sorted: a node for each would take four times the room

    void add(const Place& place) {
      const auto at = std::ranges::lower_bound(places, place);
      if (at == places.end() || *at != place) places.insert(at, place);
    }
    void remove(const Place& place) {
      const auto at = std::ranges::lower_bound(places, place);
      if (at != places.end() && *at == place) places.erase(at);
    }
  };
  using Changes = std::vector<std::pair<Snapshot, Snapshot>>;

  static std::size_t mark_of(const std::string& text) { return std::hash<std::string>()(text); }

  /// The object in it is null when it cannot be read.
  Entry entry_of(const base::Json& object, const ObjectIdentity& identity) const {
    auto value = parse_(object);
    return {value ? std::make_shared<const T>(*std::move(value)) : nullptr, mark_of(identity.uid),
            mark_of(identity.resource_version)};
  }

  void put(const ObjectKey& key, Entry entry, Changes& changes) {
    const auto known = entries_.find(key);
    if (known != entries_.end() && known->second.uid != entry.uid) drop(key, changes);
    const auto place = entries_.try_emplace(key).first;
    Entry& old = place->second;
    if (old.object != nullptr && old.version == entry.version) return;
    if (old.object != nullptr) unlist(place->first, *old.object);
    for (auto& [name, index] : indexes_) {
      for (const std::string& value : index.values(*entry.object)) index.add({mark_of(value), &place->first});
    }
    changes.emplace_back(old.object, entry.object);
    old = std::move(entry);
  }

  void drop(const ObjectKey& key, Changes& changes) {
    const auto known = entries_.find(key);
    if (known == entries_.end()) return;
    unlist(known->first, *known->second.object);
    changes.emplace_back(std::move(known->second.object), nullptr);
    entries_.erase(known);
  }

  /// `key` is the entry's own.
  void unlist(const ObjectKey& key, const T& object) {
    for (auto& [name, index] : indexes_) {
      for (const std::string& value : index.values(object)) index.remove({mark_of(value), &key});
    }
  }

  void tell(const Changes& changes) const {
    for (const auto& [before, after] : changes) {
      for (const OnChange& listener : listeners_) listener(before, after);
    }
  }

  Parse parse_;
  std::vector<OnChange> listeners_;
  mutable std::shared_mutex mutex_;
  mutable std::condition_variable_any first_list_;
  std::map<ObjectKey, Entry> entries_;
  std::map<ObjectKey, Entry> staged_;  ///< only the writer's
  std::map<std::string, Index> indexes_;
  std::string resource_version_;
};

}  // namespace staves::kube
