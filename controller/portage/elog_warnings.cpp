#include "portage/elog_warnings.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/files.h"
#include "portage/plain_text.h"

namespace staves::portage {
namespace {

constexpr std::size_t most_warnings = 20;
constexpr std::size_t most_message = 240;
constexpr std::array<std::string_view, 5> classes = {"ERROR", "WARN", "LOG", "INFO", "QA"};

struct Header {
  std::string_view log_class;
  std::string_view phase;
};

/// "ERROR: postinst" begins the messages of one class and phase; a message of its own may look alike, but not with one
/// bare word.
std::optional<Header> header(std::string_view line) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos || std::ranges::find(classes, line.substr(0, colon)) == classes.end()) {
    return std::nullopt;
  }
  const auto phase = line.substr(colon + 2);
  if (phase.empty() || phase.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string_view::npos) {
    return std::nullopt;
  }
  return Header{line.substr(0, colon), phase};
}

std::string package_of(std::string_view name) {
  const auto first = name.find(':');
  const auto second = first == std::string_view::npos ? first : name.find(':', first + 1);
  return first == std::string_view::npos
             ? std::string()
             : std::string(name.substr(0, first)) + "/" + std::string(name.substr(first + 1, second - first - 1));
}

}  // namespace

std::vector<api::BuildWarning> elog_errors(std::string_view name, std::string_view text) {
  std::vector<api::BuildWarning> warnings;
  bool in_error = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = plain_text(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (const auto begins = header(line)) {
      in_error = begins->log_class == "ERROR";
      if (in_error) {
        warnings.push_back({.package = package_of(name), .phase = std::string(begins->phase), .message = {}});
      }
      continue;
    }
    const auto first = line.find_first_not_of(' ');
    if (in_error && first != std::string::npos && warnings.back().message.size() < most_message) {
      auto& message = warnings.back().message;
      message += (message.empty() ? "" : " ") + line.substr(first);
      message.resize(std::min(message.size(), most_message));
    }
  }
  std::erase_if(warnings, [](const api::BuildWarning& warning) { return warning.message.empty(); });
  return warnings;
}

std::vector<api::BuildWarning> elog_warnings(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(directory, failed)) {
    if (entry.path().extension() == ".log") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  std::vector<api::BuildWarning> warnings;
  for (const auto& file : files) {
    if (const auto text = base::read_file(file, 1U << 20U)) {
      std::ranges::move(elog_errors(file.filename().string(), *text), std::back_inserter(warnings));
    }
  }
  warnings.resize(std::min(warnings.size(), most_warnings));
  return warnings;
}

}  // namespace staves::portage
