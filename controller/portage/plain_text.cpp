#include "portage/plain_text.h"

namespace staves::portage {
namespace {

/// Where the terminal sequence that begins at `at` ends.
std::size_t sequence_end(std::string_view line, std::size_t at) {
  if (at + 1 >= line.size()) {
    return line.size();
  }
  const char kind = line[at + 1];
  std::size_t end = at + 2;
  if (kind == '[') {
    while (end < line.size() && (line[end] < 0x40 || line[end] > 0x7e)) {
      ++end;
    }
    return end + 1;
  }
  if (kind == ']') {
    while (end < line.size() && line[end] != '\a' && line[end] != '\x1b') {
      ++end;
    }
    return end + 1;
  }
  return end;
}

}  // namespace

std::string plain_text(std::string_view line) {
  while (!line.empty() && line.back() == '\r') {
    line.remove_suffix(1);
  }
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    const char c = line[at];
    if (c == '\x1b') {
      at = sequence_end(line, at);
      continue;
    }
    if (c == '\r') {
      out.clear();
    } else if (c == '\t') {
      out += ' ';
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      out += c;
    }
    ++at;
  }
  return out;
}

}  // namespace staves::portage
