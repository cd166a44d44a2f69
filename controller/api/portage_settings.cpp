#include "api/portage_settings.h"

#include <algorithm>

namespace staves::api {

namespace {

bool has_environment(const PortageSettings& settings, const std::string& name) {
  return std::ranges::find(settings.environments, name, &Environment::name) != settings.environments.end();
}

}  // namespace

std::string missing_environment(const PortageSettings& image, const PortageSettings& builder) {
  for (const PackageConfig& config : image.package_config) {
    for (const std::string& name : config.env) {
      if (has_environment(image, name) || has_environment(builder, name)) continue;
      return "spec.packageConfig[" + config.atom +
             "].env must name an environment of this object or of its builder, not " + name;
    }
  }
  return {};
}

}  // namespace staves::api
