#include "portage/damaged_binary.h"

namespace staves::portage {
namespace {

bool is_binary_package(std::string_view path) {
  return path.ends_with(".gpkg.tar") || path.find("/binpkgs/") != std::string_view::npos;
}

}  // namespace

std::optional<std::string> damaged_binary(const FailureText& text) {
  if (const auto at = text.find("Digest verification failed:")) {
    const auto path = sentence(text.line(*at + 1));
    if (is_binary_package(path)) return std::string(path);
  }
  if (const auto at = text.find("Tried to use non-existent binary for '")) {
    return std::string(between(text.line(*at), "'", "'"));
  }
  return std::nullopt;
}

}  // namespace staves::portage
