#pragma once

#include <string>
#include <vector>

#include "api/repository.h"
#include "base/json.h"
#include "decide/observation.h"

namespace staves::decide {

/// What a TagLookup is asked for about an overlay: "<uri>#<branch>"; "<uri>#" is the server's own default.
/// Empty when the operator cannot find its revision out: another type, a pinned one, one that wants a Secret.
std::string branch_reference(const api::Repository& repository);

/// The revisions that are inputs.
struct KnownRevisions {
  std::vector<api::RepositoryRevision> revisions;
  std::string awaited;  ///< the name of an overlay that is being looked up for the first time; empty: none
  bool failed = false;  ///< a server did not answer
};

/// From what servers said; a server that does not answer leaves what the last build had. A revision that `sources`
/// found out before is no news when a server says the same now. `seen.builder` must not be null.
KnownRevisions known_revisions(const ImageObservation& seen);

/// The entry of that name in an inputs document, the builder's among them; null when there is none.
base::Json repository_in(const base::Json& document, const std::string& name);

/// What is wrong when an overlay needs a Secret that neither it nor the builder names, with the path of the field;
/// empty when nothing is. The schema cannot see it: it needs both objects.
std::string missing_secret(const api::StavesImageSpec& image, const api::StavesBuilderSpec& builder);

}  // namespace staves::decide
