#include "oci/chunk_compressor.h"

#include <libdeflate.h>
#include <zstd.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

// What stands here is part of every layer's digest.
constexpr std::size_t gzip_chunk = 1U << 20U;
constexpr int gzip_level = 4;  // of libdeflate: smaller than gzip -6 in a third of its time
constexpr std::size_t zstd_chunk = 4U << 20U;
constexpr int zstd_level = 3;

/// One thread's encoder.
class Encoder {
 public:
  virtual ~Encoder() = default;
  virtual std::size_t bound(std::size_t bytes) = 0;
  /// Bytes written to `to`, 0 when it failed.
  virtual std::size_t encode(std::span<const char> from, std::span<char> to) = 0;
};

class GzipEncoder final : public Encoder {
 public:
  std::size_t bound(std::size_t bytes) override { return libdeflate_gzip_compress_bound(compressor_.get(), bytes); }
  std::size_t encode(std::span<const char> from, std::span<char> to) override {
    return libdeflate_gzip_compress(compressor_.get(), from.data(), from.size(), to.data(), to.size());
  }

 private:
  std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor_{
      libdeflate_alloc_compressor(gzip_level), libdeflate_free_compressor};
};

class ZstdEncoder final : public Encoder {
 public:
  ZstdEncoder() {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, zstd_level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }
  std::size_t bound(std::size_t bytes) override { return ZSTD_compressBound(bytes); }
  std::size_t encode(std::span<const char> from, std::span<char> to) override {
    const auto size = ZSTD_compress2(context_.get(), to.data(), to.size(), from.data(), from.size());
    return ZSTD_isError(size) != 0 ? 0 : size;
  }

 private:
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_{ZSTD_createCCtx(), ZSTD_freeCCtx};
};

std::unique_ptr<Encoder> make_encoder(api::Compression compression) {
  if (compression == api::Compression::Zstd) return std::make_unique<ZstdEncoder>();
  return std::make_unique<GzipEncoder>();
}

}  // namespace

/// A ring of chunks: the writer fills them in order, threads compress them as they come, the writer hands the oldest
/// over before it fills that place again.
struct ChunkCompressor::Pool {
  enum class State { Free, Filled, InWork, Compressed };
  struct Chunk {
    std::vector<char> plain;
    std::vector<char> packed;
    std::size_t plain_size = 0;
    std::size_t packed_size = 0;
    State state = State::Free;
  };

  Pool(api::Compression chosen, unsigned threads, Output to)
      : compression(chosen),
        chunk_size(chosen == api::Compression::Zstd ? zstd_chunk : gzip_chunk),
        output(std::move(to)),
        ring(std::size_t{3} * std::max(1U, threads)) {
    for (unsigned i = 0; i < std::max(1U, threads); ++i) {
      workers.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }

  void work(const std::stop_token& stop) {
    const auto encoder = make_encoder(compression);
    std::unique_lock lock(mutex);
    for (;;) {
      if (!filled.wait(lock, stop, [&] { return ring[to_compress].state == State::Filled; })) return;
      Chunk& chunk = ring[to_compress];
      to_compress = (to_compress + 1) % ring.size();
      chunk.state = State::InWork;
      lock.unlock();
      chunk.packed.resize(encoder->bound(chunk_size));
      chunk.packed_size = encoder->encode({chunk.plain.data(), chunk.plain_size}, chunk.packed);
      lock.lock();
      chunk.state = State::Compressed;
      compressed.notify_one();
    }
  }

  /// Waits for the chunk at `current` and hands it over if it has anything.
  Done hand_over() {
    Chunk& chunk = ring[current];
    {
      std::unique_lock lock(mutex);
      compressed.wait(lock, [&] { return chunk.state == State::Free || chunk.state == State::Compressed; });
      if (chunk.state == State::Free) return {};
      chunk.state = State::Free;
    }
    chunk.plain_size = 0;
    if (chunk.packed_size == 0)
      return fail("CompressionFailed", "a part of the layer could not be compressed", Retry::never());
    return output({chunk.packed.data(), chunk.packed_size});
  }

  void close_current() {
    const std::scoped_lock lock(mutex);
    ring[current].state = State::Filled;
    current = (current + 1) % ring.size();
    open = false;
    filled.notify_one();
  }

  api::Compression compression;
  std::size_t chunk_size;
  Output output;
  std::mutex mutex;
  std::condition_variable_any filled;
  std::condition_variable compressed;
  std::vector<Chunk> ring;
  std::size_t current = 0;      ///< the writer's
  bool open = false;            ///< whether the chunk at `current` is being filled
  std::size_t to_compress = 0;  ///< the next that a thread takes
  std::vector<std::jthread> workers;
};

ChunkCompressor::ChunkCompressor(api::Compression compression, unsigned threads, Output output)
    : pool_(std::make_unique<Pool>(compression, threads, std::move(output))) {}

ChunkCompressor::~ChunkCompressor() = default;

Result<std::span<char>> ChunkCompressor::space() {
  if (pool_->open && pool_->ring[pool_->current].plain_size == pool_->chunk_size) pool_->close_current();
  auto& chunk = pool_->ring[pool_->current];
  if (!pool_->open) {
    TRY(pool_->hand_over());
    chunk.plain.resize(pool_->chunk_size);
    pool_->open = true;
  }
  return std::span(chunk.plain).subspan(chunk.plain_size);
}

void ChunkCompressor::advance(std::size_t bytes) {
  pool_->ring[pool_->current].plain_size += bytes;
}

Done ChunkCompressor::write(std::string_view bytes) {
  while (!bytes.empty()) {
    TRY_ASSIGN(const auto room, space());
    const auto count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    advance(count);
    bytes.remove_prefix(count);
  }
  return {};
}

Done ChunkCompressor::finish() {
  if (pool_->open) pool_->close_current();
  for (std::size_t i = 0; i < pool_->ring.size(); ++i) {
    TRY(pool_->hand_over());
    pool_->current = (pool_->current + 1) % pool_->ring.size();
  }
  return {};
}

}  // namespace staves::oci
