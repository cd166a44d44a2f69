#include "decide/owner_reference.h"

#include "nlohmann/json.hpp"

namespace staves::decide {

base::Json owner_reference(const api::Kind& kind, const api::ObjectMeta& owner) {
  return {{"apiVersion", api_version(kind)},
          {"kind", kind.name},
          {"name", owner.name},
          {"uid", owner.uid},
          {"controller", true},
          {"blockOwnerDeletion", false}};
}

std::string api_version(const api::Kind& kind) {
  return kind.group.empty() ? kind.version : kind.group + "/" + kind.version;
}

}  // namespace staves::decide
