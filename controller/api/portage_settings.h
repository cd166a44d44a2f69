#pragma once

#include <map>
#include <string>
#include <vector>

namespace staves::api {

/// Variables of a make.conf. Names match [A-Z][A-Z0-9_]*; values are shell text between double quotes once written:
/// `${VAR}` keeps its meaning, all else is escaped.
using MakeConf = std::map<std::string, std::string>;

/// One entry of spec.packageConfig: what /etc/portage/package.* says about an atom.
struct PackageConfig {
  std::string atom;
  std::vector<std::string> use;
  std::vector<std::string> keywords;
  std::vector<std::string> license;
  std::vector<std::string> env;  ///< names of environments
  bool mask = false;
  bool unmask = false;
  friend bool operator==(const PackageConfig&, const PackageConfig&) = default;
};

/// One entry of spec.environments: /etc/portage/env/NAME.
struct Environment {
  std::string name;
  MakeConf make_conf;
  friend bool operator==(const Environment&, const Environment&) = default;
};

/// What a StavesImage or a StavesBuilder says about Portage's configuration.
struct PortageSettings {
  std::vector<PackageConfig> package_config;
  MakeConf make_conf;
  std::vector<Environment> environments;
  friend bool operator==(const PortageSettings&, const PortageSettings&) = default;
};

/// What is wrong when an image's packageConfig names an environment that neither the image nor its builder has, with
/// the path of the field; empty when all are there. The schema cannot see it: it needs both objects. Portage itself
/// would pass over it.
std::string missing_environment(const PortageSettings& image, const PortageSettings& builder);

/// spec.toolchainLibraries: which libraries of the compiler go into the image.
enum class ToolchainMode { Auto, Always, Never };
struct ToolchainLibraries {
  ToolchainMode mode = ToolchainMode::Auto;  ///< Auto: those that a file of the image needs
  std::vector<std::string> include;          ///< sonames besides, e.g. "libgomp.so.1"
  friend bool operator==(const ToolchainLibraries&, const ToolchainLibraries&) = default;
};

}  // namespace staves::api
