#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/stavesbuilder.h"
#include "decide/observation.h"
#include "decide/resolve_tag.h"

namespace staves::decide {

/// A reference of the spec with what is known about it.
struct NamedTag {
  std::string what;  ///< "stage3", "snapshot"
  TagState state;
};

/// What one condition says, and whether Reconciling and Stalled go with it.
struct BuilderVerdict {
  api::ConditionStatus status = api::ConditionStatus::False;
  std::string reason;
  std::string message;
  bool reconciling = false;
  bool stalled = false;
};

/// Ready, Reconciling, Stalled and CacheReady of a builder whose spec could be read. `next` has the digests already.
/// `obstacle` is what keeps a stage3 of another builder from being used.
void set_builder_conditions(const BuilderObservation& seen, api::StavesBuilderStatus& next,
                            const std::vector<NamedTag>& tags,
                            const std::optional<BuilderVerdict>& obstacle = std::nullopt);

/// ImageReady while there is a verdict, nothing otherwise.
void set_image_ready(const api::StavesBuilder& builder, api::StavesBuilderStatus& next,
                     const std::optional<BuilderVerdict>& verdict, base::TimePoint now);

/// ImageReady, and Ready while there is no stage3 yet, of one whose image the API server refuses, for the reason `why`.
void set_image_refused(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, const std::string& why,
                       base::TimePoint now);

/// What ImageReady said of an image that was refused, while that may still be so: until the next generation.
std::optional<BuilderVerdict> known_image_refusal(const api::StavesBuilder& builder);

/// CacheReady of one whose claim the API server refuses, for the reason `why`. It stays while this generation has no
/// claim.
void set_claim_refused(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, const std::string& why,
                       base::TimePoint now);

/// The same for one whose spec could not be read.
void set_invalid(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, const std::string& why,
                 base::TimePoint now);

}  // namespace staves::decide
