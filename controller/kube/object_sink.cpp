#include "kube/object_sink.h"

#include <exception>

#include "base/log.h"

namespace staves::kube {

namespace {

const std::string* text_in(const base::Json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

}  // namespace

bool offer(ObjectSink& sink, bool (ObjectSink::*how)(const base::Json&), const base::Json& object) {
  try {
    return (sink.*how)(object);
  } catch (const std::exception& thrown) {
    base::log_error("reading an object threw", {{"error", thrown.what()}});
    return false;
  }
}

Result<ObjectIdentity> identity_of(const base::Json& object) {
  const auto unreadable = [] {
    return base::fail("UnreadableObject", "an object has no complete metadata", base::Retry::never());
  };
  if (!object.is_object()) return unreadable();
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return unreadable();
  const std::string* name = text_in(*metadata, "name");
  const std::string* uid = text_in(*metadata, "uid");
  const std::string* version = text_in(*metadata, "resourceVersion");
  if (name == nullptr || uid == nullptr || version == nullptr || name->empty() || version->empty()) return unreadable();
  const std::string* name_space = text_in(*metadata, "namespace");
  return ObjectIdentity{{name_space == nullptr ? std::string() : *name_space, *name}, *uid, *version};
}

}  // namespace staves::kube
