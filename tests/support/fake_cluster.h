#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "kube/cluster.h"
#include "kube/object_sink.h"
#include "nlohmann/json.hpp"

namespace staves::test {

/// What goes wrong with a write.
enum class Fault {
  CrashBefore,            ///< it does not arrive, and nothing answers any more until `revive`
  CrashAfter,             ///< it is carried out, and then nothing answers any more until `revive`
  LostAnswer,             ///< it is carried out, but the answer does not arrive
  LostAnswerAndRepeated,  ///< it is carried out, and what comes is the answer to the same write sent once more
  LostQuestion,           ///< it does not arrive
  Refused,                ///< the server is too busy for it and does not say for how long
  Conflict,               ///< the server says that another write came first, and carries nothing out
};

/// An API server in memory: names, uids, versions, optimistic locks, label selectors, pages, garbage collection by
/// owner, watches from a version or with what is there, metadata only. Keeps what tests/contract asks of a Cluster.
/// Knows nothing of schemas and has no controllers; applying is merging. Thread-safe.
class FakeCluster : public kube::Cluster {
 public:
  using Objects = std::map<std::string, std::map<kube::ObjectKey, base::Json>>;  ///< by plural, then by key

  /// All objects at one moment.
  struct Snapshot {
    Objects objects;
    std::string version;
  };

  /// Something that a watch would tell.
  struct Change {
    std::int64_t version = 0;
    kube::WatchEventType type = kube::WatchEventType::Added;
    std::string plural;
    base::Json object;
    base::Json before{};  ///< what it was, with the new version, when its labels are others now; else null
  };

  explicit FakeCluster(std::shared_ptr<const base::Clock> clock) : clock_(std::move(clock)) {}

  // As users and other controllers do it: without faults, and not counted.
  /// Creates, or replaces all but metadata and status; a changed spec is a new generation.
  void apply(const kube::ResourceType& type, base::Json object);
  /// Changes an object in place; an absent one stays absent.
  void edit(const kube::ResourceType& type, const kube::ObjectKey& key, const std::function<void(base::Json&)>& change);
  void erase(const kube::ResourceType& type, const kube::ObjectKey& key);
  /// Null when there is none.
  base::Json object(const kube::ResourceType& type, const kube::ObjectKey& key) const;
  std::vector<base::Json> objects(const kube::ResourceType& type) const;
  void set_log(const kube::ObjectKey& pod, std::string text);

  /// All that is there now.
  Snapshot snapshot() const;
  /// Of the last change, and of the last change to objects of a kind.
  std::string version() const;
  std::string version_of(const std::string& plural) const;
  /// What happened to objects of a type after a version, in order.
  std::vector<Change> changes(const kube::ResourceType& type, const std::string& label_selector,
                              const std::string& after) const;
  /// Fills a sink with what a snapshot has of a type, as a reflector's list would.
  void fill(kube::ObjectSink& sink, const kube::ResourceType& type, const std::string& label_selector,
            const Snapshot& from) const;
  /// The same with what there is now.
  void fill(kube::ObjectSink& sink, const kube::ResourceType& type, const std::string& label_selector) const;

  /// The `number`th write from now (1: the next) goes wrong.
  void break_write(int number, Fault fault);
  /// Creations of a kind are refused so from now on, as by a quota or a webhook; without an error they are not.
  void refuse_creations(const std::string& plural, std::optional<base::Error> error);
  /// Lists, streamed ones included, are refused from now on, or no more.
  void refuse_lists(bool refuse);
  bool crashed() const;
  void revive();

  /// Calls through the interface but for watches, also those that went wrong.
  int calls() const;
  /// Writes that were carried out through the interface.
  int writes() const;
  /// How often an object of the type was created through the interface.
  int creations(const kube::ResourceType& type) const;
  /// How often an object of the type was removed through the interface; what goes with its owner is not counted.
  int deletions(const kube::ResourceType& type) const;
  /// How often objects of the type were listed through the interface, page by page or as a stream, or were to be.
  int lists(const kube::ResourceType& type) const;

  base::Result<base::Json> get(const kube::ResourceType& type, const kube::ObjectKey& key,
                               std::stop_token stop) override;
  base::Result<base::Json> create(const kube::ResourceType& type, const std::string& name_space,
                                  const std::string& body, std::stop_token stop) override;
  base::Result<base::Json> patch(const kube::ResourceType& type, const kube::ObjectKey& key, const kube::Patch& patch,
                                 std::stop_token stop) override;
  base::Done remove(const kube::ResourceType& type, const kube::ObjectKey& key, const kube::Removal& removal,
                    std::stop_token stop) override;
  base::Result<kube::ListPage> list(const kube::ResourceType& type, const kube::ListQuery& query,
                                    const kube::OnItem& on_item, std::stop_token stop) override;
  base::Done watch(const kube::ResourceType& type, const kube::WatchQuery& query, const kube::OnWatchEvent& on_event,
                   std::stop_token stop) override;
  base::Result<std::string> log_tail(const kube::LogTail& tail, std::stop_token stop) override;
  /// What `set_log` said, whatever the container, and no more.
  base::Done log(const kube::LogQuery& query, const std::function<bool(std::string_view)>& on_bytes,
                 std::stop_token stop) override;

 private:
  /// What is left of a list that was asked for in pages: all pages show one moment.
  struct Rest {
    std::vector<base::Json> objects;
    std::string version;
  };

  /// Carries a write out, unless it is the one that goes wrong.
  template <class T>
  base::Result<T> write(const std::function<base::Result<T>()>& carry_out);
  base::Result<base::Json> create_locked(const kube::ResourceType& type, const std::string& name_space,
                                         base::Json object);
  base::Result<base::Json> patch_locked(const kube::ResourceType& type, const kube::ObjectKey& key,
                                        const kube::Patch& patch);
  base::Result<base::Json> create_counted_locked(const kube::ResourceType& type, const std::string& name_space,
                                                 base::Json object);
  base::Result<Rest> rest_locked(const kube::ResourceType& type, const kube::ListQuery& query);
  std::vector<base::Json> selected_locked(const std::string& plural, const std::string& name_space,
                                          const std::string& label_selector) const;
  /// What a watch has to tell first; gives the version from which it goes on.
  base::Result<std::int64_t> begin_watch(const kube::ResourceType& type, const kube::WatchQuery& query,
                                         std::vector<Change>& news);
  base::Result<bool> remove_locked(const kube::ResourceType& type, const kube::ObjectKey& key,
                                   const kube::Removal& removal);
  void erase_locked(const std::string& plural, const kube::ObjectKey& key);
  void collect_garbage_locked(const std::string& owner_uid);
  void stamp_locked(base::Json& object);
  void tell_locked(kube::WatchEventType type, const std::string& plural, const base::Json& object);
  /// Gives a changed object its version, and tells of it.
  void tell_change_locked(const std::string& plural, base::Json& object, base::Json before);
  base::Json* find_locked(const std::string& plural, const kube::ObjectKey& key);

  std::shared_ptr<const base::Clock> clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Objects objects_;
  std::vector<Change> changes_;
  std::map<std::string, Rest> rests_;  ///< by continue token
  std::map<kube::ObjectKey, std::string> logs_;
  std::map<std::string, int> creations_;
  std::map<std::string, int> deletions_;
  std::map<std::string, int> lists_;
  std::map<std::string, base::Error> refused_;    ///< by plural
  std::map<std::string, std::int64_t> versions_;  ///< by plural
  std::int64_t version_ = 100;
  std::map<std::string, std::int64_t> made_at_;  ///< objects made so far, by kind and name
  int calls_ = 0;
  int writes_ = 0;
  int until_fault_ = 0;
  Fault fault_ = Fault::LostAnswer;
  bool crashed_ = false;
  bool refuses_lists_ = false;
};

}  // namespace staves::test
