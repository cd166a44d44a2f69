#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/fault_proxy/byte_stream.h"

namespace staves::test {

/// First line and headers of an HTTP/1.1 message, as they came.
struct Head {
  std::string first_line;
  std::vector<std::pair<std::string, std::string>> headers;

  /// Empty when there is none. Names compare without case.
  std::string header(std::string_view name) const;
  void remove(std::string_view name);
  void set(const std::string& name, const std::string& value);
  /// The n-th word of the first line: method and target of a request, version and status of a response.
  std::string word(std::size_t place) const;
  int status() const;
  std::string text() const;
};

/// A connection with the bytes that were read too far.
struct Line {
  std::unique_ptr<ByteStream> stream;
  std::string unread = {};
  bool reused = false;
};

/// Nothing: the other side is gone, the head is no HTTP or above 1 MiB, or `patience` is over.
std::optional<Head> read_head(Line& line, std::chrono::milliseconds patience);

/// Reads a body piece by piece, its framing taken off.
class BodyReader {
 public:
  /// `to_the_end`: without a length the body goes on until the connection ends (responses only).
  BodyReader(Line& line, const Head& head, bool to_the_end);

  enum class State { Piece, Quiet, Whole, Broken };
  State next(std::string& piece, std::chrono::milliseconds patience);
  /// Whether the other side framed it in chunks.
  bool chunked() const { return chunked_; }
  bool to_the_end() const { return to_the_end_; }

 private:
  State next_of_chunk(std::string& piece);
  State next_of_length(std::string& piece);
  bool has_bytes() const { return !line_.unread.empty(); }

  Line& line_;
  bool chunked_ = false;
  bool to_the_end_ = false;
  bool ending_ = false;     ///< the last chunk came
  std::uint64_t left_ = 0;  ///< of the body, or of the chunk
  bool between_chunks_ = true;
};

/// A whole body; nothing when it breaks off, is above 64 MiB or a pause lasts longer than `patience`.
std::optional<std::string> read_body(BodyReader reader, std::chrono::milliseconds patience);

/// One chunk of a chunked body.
std::string chunk_of(std::string_view piece);

}  // namespace staves::test
