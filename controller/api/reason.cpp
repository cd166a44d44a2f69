#include "api/reason.h"

#include "api/fields.h"

namespace staves::api {

namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 10> build_reasons = {
    "First", "Spec", "Builder", "Tree", "Repository", "Platform", "Schedule", "ImageMissing", "Trigger", "Retry"};
constexpr std::array<std::string_view, 18> ready_reasons = {
    "Built",     "Available", "BuilderNotFound", "BuilderNotReady",    "ConfigMapNotFound",   "InvalidSpec",
    "Suspended", "Queued",    "Building",        "Cancelled",          "BuildFailed",         "SecretNotFound",
    "Retrying",  "LookingUp", "ImageNotFound",   "RegistryAuthFailed", "RegistryUnreachable", "NameTaken"};
static_assert(build_reasons[static_cast<std::size_t>(BuildReason::Retry)] == "Retry");
static_assert(ready_reasons[static_cast<std::size_t>(ReadyReason::NameTaken)] == "NameTaken");

}  // namespace

std::string_view to_string(BuildReason value) {
  return build_reasons[static_cast<std::size_t>(value)];
}

std::optional<BuildReason> build_reason_from(std::string_view name) {
  return spelled<BuildReason>(name, build_reasons);
}

std::optional<ReadyReason> ready_reason_from(std::string_view name) {
  return spelled<ReadyReason>(name, ready_reasons);
}

std::string_view to_string(ReadyReason value) {
  return ready_reasons[static_cast<std::size_t>(value)];
}

}  // namespace staves::api
