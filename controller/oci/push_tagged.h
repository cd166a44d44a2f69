#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "oci/registry.h"

namespace staves::oci {

/// The descriptor of bytes in memory.
Descriptor describe(std::string_view media_type, std::string_view bytes);

/// Puts a manifest or an index under its digest and under every tag. True when it was there already. Errors: as
/// Registry::push_manifest.
base::Result<bool> push_tagged(Registry& registry, const Reference& repository, const Descriptor& manifest,
                               std::string_view bytes, const std::vector<std::string>& tags,
                               const std::stop_token& stop);

}  // namespace staves::oci
