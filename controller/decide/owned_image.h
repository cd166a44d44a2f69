#pragma once

#include <string>
#include <string_view>

#include "api/object.h"
#include "api/stavesimage.h"
#include "decide/decision.h"

namespace staves::decide {

/// A StavesImage that another object of ours is made of, and that goes with it.
struct OwnedImage {
  const api::Kind& owner_kind;
  const api::ObjectMeta& owner;
  std::string_view owner_label;  ///< the label that tells the owner's name
  std::string name;
  api::StavesImageSpec spec;
  std::string rebuild{};  ///< value of staves.dev/rebuild; empty: whatever it has
};

/// Makes it.
CreateOnce create_owned_image(const OwnedImage& wanted);

/// Whether the one that was seen has to be changed to be it.
bool differs(const api::StavesImage& seen, const OwnedImage& wanted);

/// Changes the one that was seen, and nothing else about it.
PatchSpec change_owned_image(const api::StavesImage& seen, const OwnedImage& wanted);

}  // namespace staves::decide
