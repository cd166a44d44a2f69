#include "portage/run_path.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace staves::portage {

std::string expand_run_path(std::string_view directory, std::string_view file, bool is_64) {
  const std::string origin = std::filesystem::path(file).parent_path().string();
  const std::string_view lib = is_64 ? "lib64" : "lib";
  const std::array<std::pair<std::string_view, std::string_view>, 4> tokens = {
      {{"${ORIGIN}", origin}, {"$ORIGIN", origin}, {"${LIB}", lib}, {"$LIB", lib}}};
  std::string out;
  while (!directory.empty()) {
    const auto token =
        std::ranges::find_if(tokens, [&](const auto& each) { return directory.starts_with(each.first); });
    if (token == tokens.end()) {
      out += directory.front();
      directory.remove_prefix(1);
    } else {
      out += token->second;
      directory.remove_prefix(token->first.size());
    }
  }
  return out;
}

}  // namespace staves::portage
