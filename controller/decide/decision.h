#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/object.h"

namespace staves::decide {

/// Creates an object once: that it exists already is success when it has our owner and the same staves.dev/inputs.
struct CreateOnce {
  api::ObjectRef object;
  std::string body;  ///< compact JSON
  friend bool operator==(const CreateOnce&, const CreateOnce&) = default;
};

/// Deletes exactly the object that was seen; that it is gone is success. Dependents go in the background
/// unless `foreground`.
struct Delete {
  api::ObjectRef object;    ///< with uid
  bool foreground = false;  ///< it is gone only when its dependents are
  friend bool operator==(const Delete&, const Delete&) = default;
};

/// A merge patch of the status subresource under an optimistic lock.
struct PatchStatus {
  api::ObjectRef object;
  std::string resource_version;  ///< what was seen; another one in the cluster refuses the patch
  std::string patch;             ///< compact JSON {"status": {...}}, only what differs
  friend bool operator==(const PatchStatus&, const PatchStatus&) = default;
};

/// A merge patch of the spec of an object that is ours, under an optimistic lock.
struct PatchSpec {
  api::ObjectRef object;
  std::string resource_version;  ///< what was seen; another one in the cluster refuses the patch
  std::string patch;             ///< compact JSON {"spec": {...}}, only what differs
  friend bool operator==(const PatchSpec&, const PatchSpec&) = default;
};

/// An events.k8s.io/v1 event: only on transitions.
struct EmitEvent {
  api::ObjectRef regarding;
  bool warning = false;
  std::string reason;  ///< UpperCamel
  std::string action;  ///< UpperCamel verb, e.g. "Build"
  std::string note;    ///< at most 1 KiB
  friend bool operator==(const EmitEvent&, const EmitEvent&) = default;
};

using Action = std::variant<CreateOnce, Delete, PatchStatus, PatchSpec, EmitEvent>;

/// What a round does, in order; the first action that fails ends it, and the next round decides again.
struct Decision {
  std::string summary;  ///< one sentence for the log and for `kubectl staves explain`
  std::vector<Action> actions;
  std::optional<std::chrono::seconds> look_again_in;
  /// What would be decided cannot be taken back, and a watch that is behind would decide otherwise: nothing is decided
  /// before the same observation has PodView::Current. There are no actions then.
  bool needs_current_pods = false;
  friend bool operator==(const Decision&, const Decision&) = default;
};

}  // namespace staves::decide
