#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/platform.h"
#include "oci/descriptor.h"

namespace staves::oci {

/// The manifest of one platform in an index.
struct IndexEntry {
  Descriptor manifest;
  api::Platform platform;
};

/// An index of images as one line of JSON, keys sorted, so that equal images have equal digests.
/// Source: image-spec image-index.md.
std::string index_document(const std::vector<IndexEntry>& entries,
                           const std::map<std::string, std::string>& annotations);

}  // namespace staves::oci
