#pragma once

#include <optional>
#include <string>

#include "decide/builder_conditions.h"
#include "decide/observation.h"

namespace staves::decide {

/// What a builder has from the one that its spec.from names.
struct FromAnother {
  std::optional<api::ResolvedImage> stage3;  ///< nothing: there is none yet
  std::optional<BuilderVerdict> obstacle;    ///< why it cannot be used; nothing: it can
  std::optional<BuilderVerdict> image;       ///< of the image of its own; nothing: it has no packages
};

/// The builder must have spec.from.
FromAnother see_chain(const BuilderObservation& seen);

/// "a → b → a" when the chain leads back to the builder itself, else empty. A circle further on is for those in it.
std::string circle_of(const BuilderObservation& seen);

}  // namespace staves::decide
