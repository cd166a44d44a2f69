#include "portage/failure_text.h"

#include <algorithm>

namespace staves::portage {
namespace {

constexpr std::size_t tail_lines = 25;
constexpr std::size_t tail_bytes = 1800;
constexpr std::size_t line_bytes = 240;

bool is_noise(std::string_view line) {
  return line.empty() || line.starts_with(">>> Jobs:") || line.starts_with("Dependency resolution took") ||
         line.starts_with("Calculating dependencies") || line.find_first_not_of(" *.") == std::string_view::npos ||
         line.find("If you need support, post the output") != std::string_view::npos ||
         line.find("the complete build log and the output of") != std::string_view::npos;
}

}  // namespace

std::optional<std::size_t> FailureText::find(std::string_view part, std::size_t from) const {
  for (std::size_t number = from; number < lines_.size(); ++number) {
    if (lines_[number].find(part) != std::string::npos) {
      return number;
    }
  }
  return std::nullopt;
}

std::string_view FailureText::line(std::size_t number) const {
  return number < lines_.size() ? std::string_view(lines_[number]) : std::string_view();
}

std::string FailureText::tail(std::size_t last) const {
  std::vector<std::string_view> kept;
  std::size_t bytes = 0;
  for (std::size_t number = std::min(last + 1, lines_.size()); number > 0 && kept.size() < tail_lines; --number) {
    const auto text = std::string_view(lines_[number - 1]).substr(0, line_bytes);
    if (is_noise(text) || (!kept.empty() && kept.back() == text)) {
      continue;
    }
    bytes += text.size() + 1;
    if (bytes > tail_bytes) {
      break;
    }
    kept.push_back(text);
  }
  std::string out;
  for (auto each = kept.rbegin(); each != kept.rend(); ++each) {
    out += (out.empty() ? "" : "\n") + std::string(*each);
  }
  return out;
}

std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const auto begin = text.find(open);
  if (begin == std::string_view::npos) {
    return {};
  }
  const auto from = begin + open.size();
  const auto end = text.find(close, from);
  return end == std::string_view::npos ? std::string_view() : text.substr(from, end - from);
}

std::string_view sentence(std::string_view line) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view mark : {" ", "!!!", "* ", "emerge: "}) {
      if (line.starts_with(mark)) {
        line.remove_prefix(mark.size());
        again = true;
      }
    }
  }
  while (!line.empty() && line.back() == ' ') {
    line.remove_suffix(1);
  }
  return line;
}

}  // namespace staves::portage
