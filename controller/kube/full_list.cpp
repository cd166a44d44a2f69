#include "kube/full_list.h"

namespace staves::kube {

void FullList::begin() {
  unidentified_ = 0;
  sink_.begin_replace();
}

bool FullList::stage(const Json& object) {
  return offer_entry(&ObjectSink::stage, object);
}

bool FullList::unstage(const Json& object) {
  return offer_entry(&ObjectSink::unstage, object);
}

Done FullList::commit(const std::string& resource_version, const std::stop_token& stop) {
  if (unidentified_ > 0) {
    for (const ObjectKey& key : sink_.missing()) TRY(look_for(key, stop));
  }
  sink_.commit_replace(resource_version);
  return {};
}

bool FullList::offer_entry(bool (ObjectSink::*how)(const Json&), const Json& object) {
  if (offer(sink_, how, object)) return true;
  if (!identity_of(object)) ++unidentified_;
  return false;
}

/// By a list of one, which needs no other right than the list itself.
Done FullList::look_for(const ObjectKey& key, const std::stop_token& stop) {
  ListQuery query = scope_;
  query.name_space = key.name_space;
  query.field_selector = "metadata.name=" + key.name;
  bool is_there = false;
  const auto page = cluster_.list(type_, query, [&](const Json&) { is_there = true; }, stop);
  const bool unreadable = !page && page.error().code == "MalformedJson";
  if (!page && !unreadable) return base::fail(page.error());
  if (is_there || unreadable || page->unreadable > 0) sink_.keep(key);
  return {};
}

}  // namespace staves::kube
