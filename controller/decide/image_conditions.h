#pragma once

#include <string>

#include "api/reason.h"
#include "api/stavesimage.h"
#include "base/time_point.h"
#include "decide/builder_view.h"

namespace staves::decide {

/// Where an image stands, before it is put into conditions.
struct Standing {
  api::ReadyReason reason = api::ReadyReason::Built;
  std::string message;       ///< one sentence; says what the user can do
  bool reconciling = false;  ///< a build runs, or is wanted and nothing but time is in its way
  bool stalled = false;      ///< only the user can mend it
};

/// TagShared while `shared` says so, nothing otherwise: it stops no build.
void set_tag_shared(const api::StavesImage& image, api::StavesImageStatus& status, const std::string& shared,
                    base::TimePoint now);

/// Ready, Reconciling, Stalled and BuilderReady as kstatus reads them. Ready is True exactly when `current`: what the
/// registry holds is what this generation asks for, whatever else goes on.
void set_image_conditions(const api::StavesImage& image, api::StavesImageStatus& status, const BuilderView& builder,
                          bool current, const Standing& standing, base::TimePoint now);

}  // namespace staves::decide
