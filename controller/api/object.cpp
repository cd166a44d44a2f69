#include "api/object.h"

#include "api/fields.h"
#include "api/metadata.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr std::string_view our_prefix = "staves.dev/";

std::map<std::string, std::string> ours(std::map<std::string, std::string> all) {
  std::erase_if(all, [](const auto& entry) { return !entry.first.starts_with(our_prefix); });
  return all;
}

ObjectMeta read_metadata(const Fields& fields) {
  ObjectMeta meta{.name_space = fields.required_text("namespace"),
                  .name = fields.required_text("name"),
                  .uid = fields.required_text("uid"),
                  .resource_version = fields.text("resourceVersion"),
                  .generation = fields.number("generation"),
                  .labels = ours(fields.text_map("labels")),
                  .annotations = ours(fields.text_map("annotations")),
                  .owner_uid = {},
                  .owner_name = {},
                  .created = fields.time("creationTimestamp").value_or(base::TimePoint{}),
                  .deleting = fields.has("deletionTimestamp")};
  for (const Fields& owner : fields.objects("ownerReferences")) {
    if (!owner.flag("controller")) continue;
    meta.owner_uid = owner.text("uid");
    meta.owner_name = owner.text("name");
  }
  return meta;
}

}  // namespace

const Kind& stavesimage_kind() {
  static const Kind kind{"staves.dev", "v1alpha1", "stavesimages", "StavesImage"};
  return kind;
}

const Kind& stavesbuilder_kind() {
  static const Kind kind{"staves.dev", "v1alpha1", "stavesbuilders", "StavesBuilder"};
  return kind;
}

const Kind& job_kind() {
  static const Kind kind{"batch", "v1", "jobs", "Job"};
  return kind;
}

const Kind& pod_kind() {
  static const Kind kind{"", "v1", "pods", "Pod"};
  return kind;
}

const Kind& volume_claim_kind() {
  static const Kind kind{"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"};
  return kind;
}

base::Result<ObjectMeta> parse_metadata(const base::Json& object) {
  Problem problem;
  ObjectMeta meta = read_metadata(Fields(object, "", problem).object("metadata"));
  if (problem.found()) return base::fail("MalformedObject", problem.text(), base::Retry::never());
  return meta;
}

}  // namespace staves::api
