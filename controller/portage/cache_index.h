#pragma once

#include <stop_token>
#include <string>

#include "portage/cache_places.h"
#include "portage/part.h"

namespace staves::portage {

/// Makes a partition's index say what is there, by Portage's own means. The partition is held exclusively by the
/// caller; builds that have planned may go on adding packages to it. Takes a second or two. Errors: Internal.
Part<> mend_index(const CachePlaces& places, const std::string& key, const std::stop_token& stop);

/// The same for a partition with a mark that somebody removed packages and died before its index was mended; takes the
/// partition for as long as it lasts. Success without a mark. Errors: Internal.
Part<> mend_marked_index(const CachePlaces& places, const std::string& key, const std::stop_token& stop);

}  // namespace staves::portage
