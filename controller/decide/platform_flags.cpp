#include "decide/platform_flags.h"

#include <algorithm>
#include <string>

#include "api/words.h"

namespace staves::decide {
namespace {

void append(api::MakeConf& variables, const std::string& name, const std::string& flag) {
  const auto own = variables.find(name);
  const std::string before = own == variables.end() ? "${" + name + "}" : own->second;
  variables[name] = before + " " + flag;
}

}  // namespace

api::PortageSettings with_platform_flags(api::PortageSettings settings, const api::Platform& platform) {
  if (platform.architecture != "amd64" || platform.variant.empty()) return settings;
  const std::string machine = "x86-64-" + platform.variant;
  for (const char* name : {"CFLAGS", "CXXFLAGS", "FFLAGS", "FCFLAGS"}) {
    append(settings.make_conf, name, "-march=" + machine);
  }
  append(settings.make_conf, "RUSTFLAGS", "-C target-cpu=" + machine);
  settings.make_conf.try_emplace("GOAMD64", platform.variant);
  return settings;
}

std::string unusable_platform(const api::StavesImageSpec& spec) {
  if (spec.platforms.size() != 1) return {};
  const api::MakeConf variables = with_platform_flags(spec.portage, spec.platforms.front()).make_conf;
  const bool fits = variables.size() <= api::most_variables && std::ranges::all_of(variables, [](const auto& one) {
                      return api::characters_of(one.second) <= api::most_value_characters;
                    });
  if (fits) return {};
  return "makeConf has no room for the compiler flags of " + to_string(spec.platforms.front()) +
         ": at most 64 variables of 4096 characters, and it adds up to six";
}

}  // namespace staves::decide
