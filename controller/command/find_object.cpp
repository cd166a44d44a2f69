#include "command/find_object.h"

#include "api/nearest_word.h"
#include "nlohmann/json.hpp"

namespace staves::command {

namespace {

std::string others(const std::string& name, const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (const auto nearest = api::nearest_word(name, known); !nearest.empty()) {
    return "; did you mean '" + std::string(nearest) + "'?";
  }
  if (names.empty()) return ", and no other one; choose another namespace with -n";
  std::string text = "; there are: ";
  for (std::size_t i = 0; i < names.size() && i < most; ++i) text += (i > 0 ? ", " : "") + names[i];
  return text + (names.size() > most ? ", ..." : "");
}

}  // namespace

base::Result<std::vector<std::string>> names_of(const Setting& setting, const kube::ResourceType& type) {
  std::vector<std::string> names;
  TRY(setting.cluster.list(
      type, {.name_space = setting.name_space, .metadata_only = true},
      [&](const base::Json& object) { names.push_back(object.at("metadata").value("name", std::string())); },
      setting.stop));
  return names;
}

base::Result<base::Json> find_object(const Setting& setting, const kube::ResourceType& type, const std::string& name) {
  auto found = setting.cluster.get(type, {setting.name_space, name}, setting.stop);
  if (found || found.error().code != "NotFound" || found.error().message.contains("could not find the requested")) {
    return found;
  }
  const auto names = names_of(setting, type);
  return base::fail("NotFound",
                    "there is no " + type.kind + " '" + name + "' in namespace " + setting.name_space +
                        (names ? others(name, *names) : std::string()),
                    base::Retry::never());
}

std::string bare_name(std::string_view name) {
  for (const std::string_view kind : {"simg/", "stavesimage/", "stavesimages/", "sbuilder/", "stavesbuilder/"}) {
    if (name.starts_with(kind)) name.remove_prefix(kind.size());
  }
  return std::string(name);
}

}  // namespace staves::command
