#include "operate/ours.h"

#include "nlohmann/json.hpp"

namespace staves::operate {

namespace {

using base::Json;

constexpr std::chrono::seconds again{60};

/// The uid of the controlling owner; empty: none.
std::string owner_in(const Json& metadata) {
  for (const Json& owner : metadata.value("ownerReferences", Json::array())) {
    if (owner.value("controller", false)) return owner.value("uid", std::string());
  }
  return {};
}

/// The first key of ours whose value differs; empty: none.
std::string difference(const Json& wanted, const Json& found, const char* member) {
  const Json found_values = found.value(member, Json::object());
  const Json wanted_values = wanted.value(member, Json::object());
  for (const auto& [key, value] : wanted_values.items()) {
    const bool ours = key.starts_with("staves.dev/") || key == "app.kubernetes.io/managed-by";
    if (ours && found_values.value(key, Json()) != value) return key;
  }
  return {};
}

}  // namespace

base::Done is_what_we_made(const decide::CreateOnce& action, const Json& existing) {
  TRY_ASSIGN(const Json wanted, base::parse_json(action.body));
  const Json wanted_metadata = wanted.value("metadata", Json::object());
  const Json metadata = existing.value("metadata", Json::object());
  const std::string name = action.object.kind.name + " " + action.object.name;
  if (metadata.contains("deletionTimestamp")) {
    return base::fail("BeingDeleted", name + " is still being deleted", base::Retry::soon());
  }
  std::string differs = difference(wanted_metadata, metadata, "labels");
  if (differs.empty()) differs = difference(wanted_metadata, metadata, "annotations");
  if (const std::string owner = owner_in(wanted_metadata); !owner.empty() && owner != owner_in(metadata)) {
    differs = "its owner";
  }
  if (differs.empty()) return {};
  return base::fail("NotOurs", name + " exists and is not ours (" + differs + " differs): rename or delete it",
                    base::Retry::after(again));
}

}  // namespace staves::operate
