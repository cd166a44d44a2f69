#include "api/bounded_text.h"

namespace staves::api {

namespace {

constexpr std::string_view ellipsis = "...";

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Bytes that a lead byte announces; 0 when no character begins so.
std::size_t announced(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

/// Whether the second byte rules out an overlong form, a surrogate or a code point above U+10FFFF.
bool second_is_allowed(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

/// Length of the valid character that `text` begins with; 0 when it begins with none.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = announced(lead);
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return 0;
  }
  return length == 1 || second_is_allowed(lead, static_cast<unsigned char>(text[1])) ? length : 0;
}

std::size_t json_size_of(char byte) {
  switch (byte) {
    case '"':
    case '\\':
    case '\b':
    case '\f':
    case '\n':
    case '\r':
    case '\t':
      return 2;
    default:
      return static_cast<unsigned char>(byte) < 0x20 ? 6 : 1;
  }
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    valid += length == 0 ? std::string_view("?") : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return valid;
}

std::size_t json_size(std::string_view text) {
  std::size_t size = 0;
  for (const char byte : text) size += json_size_of(byte);
  return size;
}

std::string cut_end(std::string_view text, std::size_t json_bytes) {
  if (json_bytes == 0) return std::string(text);
  const std::size_t size = json_size(text);
  if (size <= json_bytes + ellipsis.size()) return {};
  const std::size_t room = size - json_bytes - ellipsis.size();
  std::size_t kept = 0;
  for (std::size_t used = 0; used + json_size_of(text[kept]) <= room; ++kept) used += json_size_of(text[kept]);
  while (kept > 0 && continues(text[kept])) --kept;
  return std::string(text.substr(0, kept)) + std::string(ellipsis);
}

std::string cut_front(std::string_view text, std::size_t json_bytes) {
  std::size_t start = 0;
  for (std::size_t gone = 0; gone < json_bytes && start < text.size(); ++start) gone += json_size_of(text[start]);
  if (start == 0) return std::string(text);
  while (start < text.size() && continues(text[start])) ++start;
  const std::string_view left = text.substr(start);
  const bool line_begins_here = text[start - 1] == '\n';
  const auto line_end = left.find('\n');
  if (line_begins_here || line_end == std::string_view::npos || line_end + 1 == left.size()) return std::string(left);
  return std::string(left.substr(line_end + 1));
}

std::string at_most(std::string_view text, std::size_t most) {
  std::string valid = valid_utf8(text);
  const std::size_t size = json_size(valid);
  return size <= most ? valid : cut_end(valid, size - most);
}

}  // namespace staves::api
