#include "oci/chunk_compressor.h"

#include <archive.h>
#include <gtest/gtest.h>

namespace staves::oci {
namespace {

constexpr std::size_t mebibyte = 1U << 20U;

/// Text that compresses, but not to nothing.
std::string sample(std::size_t bytes) {
  std::string text;
  for (std::uint64_t number = 1; text.size() < bytes; number = number * 6364136223846793005U + 1442695040888963407U) {
    text += std::to_string(number >> 40U) + " line of text\n";
  }
  text.resize(bytes);
  return text;
}

std::string compress(api::Compression compression, unsigned threads, const std::string& text, std::size_t piece) {
  std::string out;
  ChunkCompressor compressor(compression, threads, [&](std::string_view bytes) {
    out += bytes;
    return base::Done();
  });
  for (std::size_t at = 0; at < text.size(); at += piece)
    EXPECT_TRUE(compressor.write(std::string_view(text).substr(at, piece)));
  EXPECT_TRUE(compressor.finish());
  return out;
}

/// With libarchive's filters, which read members one after the other as Go's reader does.
std::string decompress(const std::string& bytes) {
  archive* reader = archive_read_new();
  archive_read_support_format_raw(reader);
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_open_memory(reader, bytes.data(), bytes.size());
  archive_entry* entry = nullptr;
  std::string text;
  if (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
    char buffer[65536];
    for (la_ssize_t count = 0; (count = archive_read_data(reader, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(count));
    }
  }
  archive_read_free(reader);
  return text;
}

TEST(ChunkCompressor, GivesBackWhatWentIn) {
  for (const auto compression : {api::Compression::Gzip, api::Compression::Zstd}) {
    for (const std::size_t size : {std::size_t{1}, mebibyte, mebibyte + 1, 4 * mebibyte + 1}) {
      const auto text = sample(size);
      const auto packed = compress(compression, 2, text, 100'000);
      ASSERT_LT(packed.size(), text.size() + 64);
      ASSERT_TRUE(decompress(packed) == text) << size;
    }
  }
}

TEST(ChunkCompressor, GivesTheSameBytesForAnyThreadsAndPieces) {
  const auto text = sample(5 * mebibyte + 12345);
  for (const auto compression : {api::Compression::Gzip, api::Compression::Zstd}) {
    const auto wanted = compress(compression, 1, text, text.size());
    for (const unsigned threads : {3U}) {
      ASSERT_TRUE(compress(compression, threads, text, 777'777) == wanted) << threads;
    }
  }
}

TEST(ChunkCompressor, MakesNothingOfNothing) {
  EXPECT_EQ(compress(api::Compression::Gzip, 2, "", 1), "");
}

TEST(ChunkCompressor, HandsOnTheErrorOfItsOutput) {
  ChunkCompressor compressor(api::Compression::Gzip, 2, [](std::string_view) {
    return base::Done(base::fail("DiskFull", "no room", base::Retry::soon()));
  });
  const auto text = sample(mebibyte);
  base::Done done;
  for (int i = 0; i < 20 && done; ++i) done = compressor.write(text);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "DiskFull");
}

}  // namespace
}  // namespace staves::oci
