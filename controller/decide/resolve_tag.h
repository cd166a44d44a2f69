#pragma once

#include <optional>
#include <string>

#include "api/stavesbuilder.h"
#include "decide/observation.h"

namespace staves::decide {

/// What is known about a reference: a digest, an error, both (the last digest stays while a registry does not answer),
/// or neither while it is being looked up.
struct TagState {
  std::optional<api::ResolvedImage> resolved;
  std::optional<base::Error> error;
};

/// A pinned reference needs no lookup. A lookup of another reference does not count. `last` is what the status has.
TagState resolve_tag(const std::string& reference, const TagLookup& lookup,
                     const std::optional<api::ResolvedImage>& last);

}  // namespace staves::decide
