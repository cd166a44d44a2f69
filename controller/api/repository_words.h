#pragma once

#include "api/repository.h"
#include "api/words.h"

namespace staves::api {

/// What the members of an overlay may be. Source: the rules of crds/, spec.repositories[].
namespace word {
extern const Word repository_name;
extern const Word branch;
extern const Word revision;
extern const Word repository_uri;  ///< of an overlay of any type
}  // namespace word

/// The addresses from which an overlay of this type can be brought. None has a password in it.
const Word& uri_word(RepositoryType type);

}  // namespace staves::api
