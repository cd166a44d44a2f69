#pragma once

#include <stop_token>
#include <string>

#include "kube/cluster.h"
#include "kube/object_sink.h"

namespace staves::kube {

/// A full list on its way into a sink, in pages or as a stream. An entry that cannot be read may be any object, so what
/// a list with such entries lacks is asked for one by one before it counts as gone.
class FullList {
 public:
  /// `scope` says what the list is of: its namespace, selectors and metadata_only. `cluster` and `sink` outlive it.
  FullList(ResourceType type, ListQuery scope, Cluster& cluster, ObjectSink& sink)
      : type_(std::move(type)), scope_(std::move(scope)), cluster_(cluster), sink_(sink) {}

  /// What an unfinished one staged is dropped.
  void begin();
  /// False: it cannot be read.
  bool stage(const Json& object);
  bool unstage(const Json& object);
  /// Entries came that say not even which object they are.
  void add_unidentified(std::uint64_t entries) { unidentified_ += entries; }
  /// The list is whole. Errors: of Cluster::list, when it could not be found out what is gone; nothing has changed
  /// then.
  Done commit(const std::string& resource_version, const std::stop_token& stop);

 private:
  bool offer_entry(bool (ObjectSink::*how)(const Json&), const Json& object);
  Done look_for(const ObjectKey& key, const std::stop_token& stop);

  ResourceType type_;
  ListQuery scope_;
  Cluster& cluster_;
  ObjectSink& sink_;
  std::uint64_t unidentified_ = 0;
};

}  // namespace staves::kube
