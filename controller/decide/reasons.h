#pragma once

#include <optional>
#include <vector>

#include "api/stavesimage.h"
#include "base/json.h"
#include "base/time_point.h"
#include "decide/inputs.h"
#include "decide/observation.h"

namespace staves::decide {

/// What the reasons to build compare: what is wanted now against what the last build was made from.
struct Comparison {
  const api::StavesImage& image;
  const api::StavesImageStatus& last;  ///< as it will be written: it may know more than the image's own
  const Inputs& inputs;                ///< now, without what spec.rebuild holds back
  const base::Json& was;               ///< inputs document of the last build; an empty object before the first
  const base::Json& is;                ///< inputs document now
  bool image_is_current = false;       ///< what the registry holds was made from `inputs`
  bool image_is_gone = false;          ///< the registry has it no more
  base::TimePoint now;
};

/// Every reason to build now; empty: there is none. An image that is not current always has one, except after a failed
/// build of the same inputs that only the user can mend or that is not to be tried again yet. What spec.rebuild holds
/// back is no reason; where there is another, it is named beside it. `published` is what the registry says of the
/// image.
std::vector<api::ReasonToBuild> reasons_to_build(const api::StavesImage& image, const api::StavesImageStatus& last,
                                                 const Inputs& inputs, base::TimePoint now,
                                                 const TagLookup& published = {});

/// What would be a reason to build if spec.rebuild did not hold it back until another build.
std::vector<api::ReasonToBuild> reasons_held_back(const api::StavesImage& image, const api::StavesImageStatus& last,
                                                  const Inputs& inputs);

/// Whether the last build was of these inputs and failed or was cancelled.
bool same_inputs_failed(const api::BuildStatus& last, const Inputs& inputs);

/// Whether one of these is a reason whatever the inputs are, so that a build is made though they are what the image was
/// made from: Schedule, ImageMissing or Trigger.
bool whatever_the_inputs(const std::vector<api::ReasonToBuild>& reasons);

/// Whether the registry holds what these inputs make.
bool is_current(const api::StavesImageStatus& status, const Inputs& inputs);

/// The reasons of a build that takes the place of one that never had a Job: nothing that was promised is lost.
std::vector<api::ReasonToBuild> merged_reasons(const std::vector<api::ReasonToBuild>& promised,
                                               const std::vector<api::ReasonToBuild>& found);

}  // namespace staves::decide
