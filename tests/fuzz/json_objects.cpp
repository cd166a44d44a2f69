#include <cmath>

#include "api/build_job.h"
#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "kube/api_error.h"
#include "kube/list_document.h"
#include "kube/object_sink.h"
#include "nlohmann/json.hpp"
#include "tests/fuzz/target.h"

using namespace staves;

namespace {

int depth_of(const base::Json& value) {
  int deepest = 0;
  for (const base::Json& inner : value) {
    if (inner.is_structured()) deepest = std::max(deepest, depth_of(inner));
  }
  return value.is_structured() ? deepest + 1 : 0;
}

}  // namespace

FUZZ_TARGET(json_objects) {
  const auto object = base::parse_json(bytes);
  (void)kube::read_list(bytes, [](const base::Json& item) {
    (void)kube::identity_of(item);
    fuzz::must(depth_of(item) <= 64, "items are not deep");
  });
  if (!object) return;
  fuzz::must(depth_of(*object) <= 64, "what is parsed is not deep");
  const std::string text = base::to_canonical_json(*object);
  const auto again = base::parse_json(text);
  fuzz::must(again && base::to_canonical_json(*again) == text, "canonical text is stable");
  if (object->is_object())
    fuzz::must(base::merge_patch_between(*object, *object).empty(), "equal objects need no patch");
  (void)api::parse_stavesimage(*object);
  (void)api::parse_stavesbuilder(*object);
  (void)api::parse_build_job(*object);
  (void)api::parse_build_pod(*object);
  (void)api::parse_volume_claim(*object);
  (void)kube::identity_of(*object);
  fuzz::must(!kube::error_of_status(*object, 500).code.empty(), "an error has a code");
}
