#include "api/object.h"

#include "api/fields.h"
#include "api/metadata.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

ObjectMeta read_metadata(const Fields& fields) {
  ObjectMeta meta{.name_space = fields.required_text("namespace"),
                  .name = fields.required_text("name"),
                  .uid = fields.required_text("uid"),
                  .resource_version = fields.text("resourceVersion"),
                  .generation = fields.number("generation"),
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

const Kind& config_map_kind() {
  static const Kind kind{"", "v1", "configmaps", "ConfigMap"};
  return kind;
}

base::Result<ObjectMeta> parse_metadata(const base::Json& object) {
  Problem problem;
  ObjectMeta meta = read_metadata(Fields(object, "", problem).object("metadata"));
  if (problem.found()) return base::fail("MalformedObject", problem.text(), base::Retry::never());
  return meta;
}

}  // namespace staves::api
