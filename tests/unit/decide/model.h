#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "decide/decision.h"
#include "decide/observation.h"

namespace staves::decide::testing {

/// One StavesImage (or StavesBuilder) with what belongs to it, as JSON objects of the API server: small enough to be a
/// file, real enough to be decided about and changed.
/// Members: now, setup {operatorImage, imageVolumes, userNamespaces}, image, builder, claim, jobs and pods (by name),
/// queue [{name, queuedTime, reason}]: other images that wait for the same builder, progress, mountProblem,
/// caProblem: the message of why spec.trust.caBundle cannot be had,
/// podView (Current unless it is Watched),
/// chain [builders]: that spec.from leads to, ownImage: of the name that the builder's own image has,
/// platformImages (by name): of an index,
/// lookups {stage3, tree, published: {reference, digest, error}, branches: [the same]}.
class Model {
 public:
  explicit Model(base::Json state);

  ImageObservation observe_image() const;
  BuilderObservation observe_builder() const;

  /// Does what a decision says: patches under the lock, creates once, deletes by uid. Events are kept.
  void perform(const Decision& decision);
  /// The builder gives the build that waits a place, whatever its limit is.
  void admit();
  /// Only the first `count` actions, as if the operator had died then.
  void perform_some(const Decision& decision, std::size_t count);

  base::Json& state() { return state_; }
  const base::Json& state() const { return state_; }
  const std::vector<EmitEvent>& events() const { return events_; }
  int creations() const { return creations_; }
  int patches() const { return patches_; }

 private:
  void perform_action(const CreateOnce& action);
  void perform_action(const Delete& action);
  void perform_action(const PatchStatus& action);
  void perform_action(const PatchSpec& action);
  void perform_action(const EmitEvent& action);
  /// Where an object stands that actions name.
  base::Json::json_pointer place_of(const api::ObjectRef& object) const;

  base::Json state_;
  std::vector<EmitEvent> events_;
  int creations_ = 0;
  int patches_ = 0;
};

}  // namespace staves::decide::testing
