#include "tests/support/fault_proxy/http_message.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>

namespace staves::test {

namespace {

constexpr std::size_t longest_head = 1U << 20U;
constexpr std::size_t longest_body = 64U << 20U;

bool same_name(std::string_view a, std::string_view b) {
  const auto same_letter = [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); };
  return std::ranges::equal(a, b, same_letter);
}

std::uint64_t number(std::string_view text, int base) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

}  // namespace

std::string Head::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& one) { return same_name(one.first, name); });
  return found == headers.end() ? std::string() : found->second;
}

void Head::remove(std::string_view name) {
  std::erase_if(headers, [&](const auto& one) { return same_name(one.first, name); });
}

void Head::set(const std::string& name, const std::string& value) {
  remove(name);
  headers.emplace_back(name, value);
}

std::string Head::word(std::size_t place) const {
  std::string_view rest = first_line;
  for (; place > 0 && !rest.empty(); --place) rest.remove_prefix(std::min(rest.size(), rest.find(' ') + 1));
  return std::string(rest.substr(0, rest.find(' ')));
}

int Head::status() const {
  return static_cast<int>(number(word(1), 10));
}

std::string Head::text() const {
  std::string text = first_line + "\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

std::optional<Head> read_head(Line& line, std::chrono::milliseconds patience) {
  std::size_t end = 0;
  while ((end = line.unread.find("\r\n\r\n")) == std::string::npos) {
    if (line.unread.size() > longest_head) return std::nullopt;
    if (line.stream->read(line.unread, patience) != ReadState::Bytes) return std::nullopt;
  }
  Head head;
  std::string_view rest(line.unread.data(), end + 2);
  head.first_line = rest.substr(0, rest.find("\r\n"));
  rest.remove_prefix(head.first_line.size() + 2);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find("\r\n"));
    const auto colon = std::min(one.find(':'), one.size());
    const auto value = std::min(one.find_first_not_of(": ", colon), one.size());
    head.headers.emplace_back(one.substr(0, colon), one.substr(value));
    rest.remove_prefix(one.size() + 2);
  }
  line.unread.erase(0, end + 4);
  if (!head.first_line.contains(' ')) return std::nullopt;
  return head;
}

BodyReader::BodyReader(Line& line, const Head& head, bool to_the_end) : line_(line) {
  chunked_ = head.header("Transfer-Encoding").ends_with("chunked");
  const std::string length = head.header("Content-Length");
  left_ = number(length, 10);
  to_the_end_ = to_the_end && !chunked_ && length.empty();
}

BodyReader::State BodyReader::next(std::string& piece, std::chrono::milliseconds patience) {
  for (;;) {
    const State state = chunked_ ? next_of_chunk(piece) : next_of_length(piece);
    if (state != State::Quiet) return state;
    switch (line_.stream->read(line_.unread, patience)) {
      case ReadState::Bytes:
        break;
      case ReadState::Quiet:
        return State::Quiet;
      case ReadState::Ended:
        return to_the_end_ ? State::Whole : State::Broken;
    }
  }
}

/// Quiet: more bytes have to be read from the connection.
BodyReader::State BodyReader::next_of_chunk(std::string& piece) {
  if (between_chunks_) {
    const auto end = line_.unread.find("\r\n");
    if (end == std::string::npos) return State::Quiet;
    const bool trailer = ending_;
    left_ = trailer ? 0 : number(line_.unread.substr(0, end), 16);
    line_.unread.erase(0, end + 2);
    // After the chunk of no bytes comes an empty line, or headers and then one.
    if (trailer) return end == 0 ? State::Whole : next_of_chunk(piece);
    ending_ = left_ == 0;
    if (ending_) return next_of_chunk(piece);
    left_ += 2;
    between_chunks_ = false;
  }
  if (!has_bytes()) return State::Quiet;
  const auto count = std::min<std::uint64_t>(left_, line_.unread.size());
  const auto payload = left_ > 2 ? std::min<std::uint64_t>(left_ - 2, count) : 0;
  piece.append(line_.unread, 0, payload);
  line_.unread.erase(0, count);
  left_ -= count;
  between_chunks_ = left_ == 0;
  return payload > 0 ? State::Piece : next_of_chunk(piece);
}

BodyReader::State BodyReader::next_of_length(std::string& piece) {
  if (left_ == 0 && !to_the_end_) return State::Whole;
  if (!has_bytes()) return State::Quiet;
  const auto count = to_the_end_ ? line_.unread.size() : std::min<std::uint64_t>(left_, line_.unread.size());
  piece.append(line_.unread, 0, count);
  line_.unread.erase(0, count);
  if (!to_the_end_) left_ -= count;
  return State::Piece;
}

std::optional<std::string> read_body(BodyReader reader, std::chrono::milliseconds patience) {
  std::string body;
  for (;;) {
    switch (reader.next(body, patience)) {
      case BodyReader::State::Whole:
        return body;
      case BodyReader::State::Piece:
        if (body.size() <= longest_body) break;
        return std::nullopt;
      case BodyReader::State::Quiet:
      case BodyReader::State::Broken:
        return std::nullopt;
    }
  }
}

std::string chunk_of(std::string_view piece) {
  std::array<char, 24> size{};
  const int count = std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
  return std::string(size.data(), static_cast<std::size_t>(count)).append(piece).append("\r\n");
}

}  // namespace staves::test
