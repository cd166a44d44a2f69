#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "api/image_config.h"
#include "base/result.h"
#include "oci/descriptor.h"

namespace staves::oci {

/// What a layer is made of.
struct LayerSource {
  std::filesystem::path root;
  std::int64_t source_date_epoch = 0;  ///< seconds; no file is younger in the layer, directories are just as old
  api::Compression compression = api::Compression::Gzip;
  unsigned threads = 1;  ///< does not change the bytes
};

struct Layer {
  Descriptor descriptor;
  std::string diff_id;  ///< digest of the uncompressed tar
  std::uint64_t uncompressed_bytes = 0;
  std::vector<std::string> left_out;  ///< paths of sockets and devices, at most 20
};

/// Writes the tree as a compressed tar to `file` (open for writing, empty) in one pass over the data. The same tree
/// gives the same bytes, whatever the order of its directories, the machine or the number of threads. Errors: those of
/// walk_tree; TreeInvalid (retry: when the spec changes) for a name that begins with ".wh.", which image layers
/// reserve; DiskFull (soon); FileUnwritable (never); Cancelled (never). Source: image-spec layer.md.
base::Result<Layer> write_layer(const LayerSource& source, int file, const std::stop_token& stop);

}  // namespace staves::oci
