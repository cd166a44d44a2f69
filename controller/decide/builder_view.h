#pragma once

#include <string>

#include "api/reason.h"
#include "api/stavesbuilder.h"
#include "api/stavesimage.h"

namespace staves::decide {

/// What an image's builder is good for right now.
struct BuilderView {
  bool usable = false;        ///< builds may start
  bool inputs_known = false;  ///< its spec could be read and both digests belong to it
  bool changing =
      false;  ///< not usable only because its last change was not looked at yet, or a registry has not answered yet
  api::ReadyReason reason = api::ReadyReason::Available;  ///< BuilderNotFound or BuilderNotReady when it is not usable
  std::string message;                                    ///< for the condition BuilderReady; never empty
};

BuilderView view_builder(const api::StavesBuilder& builder);
/// `builder` is that of the image, and may be null.
BuilderView view_builder(const api::StavesImage& image, const api::StavesBuilder* builder);

}  // namespace staves::decide
