#include "api/platform.h"

#include <algorithm>
#include <array>

#include "api/read_words.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr std::string_view system = "linux/";
constexpr std::string_view member = "platforms";

/// Kubernetes runs nodes of these.
constexpr std::array<std::string_view, 11> known = {"amd64",  "amd64/v2", "amd64/v3", "amd64/v4", "arm64", "arm/v6",
                                                    "arm/v7", "loong64",  "ppc64le",  "riscv64",  "s390x"};

}  // namespace

std::string to_string(const Platform& platform) {
  return std::string(system) + platform.architecture + (platform.variant.empty() ? "" : "/" + platform.variant);
}

std::string dashed(const Platform& platform) {
  return platform.architecture + (platform.variant.empty() ? "" : "-" + platform.variant);
}

bool is_platform(std::string_view text) {
  return text.starts_with(system) && std::ranges::find(known, text.substr(system.size())) != known.end();
}

Platform platform_of(std::string_view text) {
  if (!is_platform(text)) return {};
  text.remove_prefix(system.size());
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {.architecture = std::string(text), .variant = {}};
  return {.architecture = std::string(text.substr(0, slash)), .variant = std::string(text.substr(slash + 1))};
}

Platform read_platform(const Fields& owner) {
  const std::string text = owner.text("platform");
  if (!text.empty() && !is_platform(text)) owner.must_be("platform", "a platform such as linux/amd64");
  return platform_of(text);
}

std::vector<Platform> read_platforms(const Fields& owner) {
  std::vector<Platform> platforms;
  for (const std::string& text : read_words(owner, member, word_list::platforms)) {
    platforms.push_back(platform_of(text));
  }
  return platforms;
}

void put_platforms(base::Json& owner, const std::vector<Platform>& platforms) {
  for (const Platform& platform : platforms) owner[std::string(member)].push_back(to_string(platform));
}

}  // namespace staves::api
