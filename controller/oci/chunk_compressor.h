#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "api/image_config.h"
#include "base/result.h"

namespace staves::oci {

/// Compresses a stream in chunks of a fixed size on several threads; each chunk is a gzip member or zstd frame of its
/// own, so the bytes do not depend on the number of threads or on how the input came. Memory: three chunks a thread,
/// whatever the length of the stream.
class ChunkCompressor {
 public:
  /// Gets the compressed bytes in order, on the thread that writes.
  using Output = std::function<base::Done(std::string_view bytes)>;

  ChunkCompressor(api::Compression compression, unsigned threads, Output output);
  ~ChunkCompressor();

  /// Room for the next bytes, never empty; `advance` says how many were put there.
  /// Errors: what the output gave; CompressionFailed (retry: never).
  base::Result<std::span<char>> space();
  void advance(std::size_t bytes);
  base::Done write(std::string_view bytes);
  /// Compresses what is left and hands everything over. The last call.
  base::Done finish();

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace staves::oci
