#include "api/spec_parts.h"

#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 3> toolchain_modes = {"Auto", "Always", "Never"};
constexpr std::array<std::string_view, 2> compressions = {"gzip", "zstd"};
constexpr std::array<std::string_view, 3> package_databases = {"None", "Minimal", "Full"};

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool consists_of(std::string_view text, std::string_view first, std::string_view rest) {
  return !text.empty() && first.contains(text.front()) && text.find_first_not_of(rest) == std::string_view::npos;
}

/// The API server refuses other names; here it is checked again because they become lines of shell.
MakeConf read_make_conf(const Fields& owner) {
  static const std::string rest = std::string(letters) + std::string(digits) + "_";
  MakeConf variables = owner.text_map("makeConf");
  for (const auto& [name, value] : variables) {
    if (!consists_of(name, letters, rest))
      owner.must_be("makeConf[" + name + "]", "named by upper-case letters, digits and _");
  }
  return variables;
}

/// The same for names that become files.
std::string read_environment_name(const Fields& fields) {
  static const std::string first = std::string(letters) + std::string(digits) + "abcdefghijklmnopqrstuvwxyz";
  std::string name = fields.required_text("name");
  if (!consists_of(name, first, first + "_.-")) fields.must_be("name", "made of letters, digits, _, . and -");
  return name;
}

base::Json package_config_to_json(const PackageConfig& config) {
  base::Json json{{"atom", config.atom}};
  put_texts(json, "use", config.use);
  put_texts(json, "keywords", config.keywords);
  put_texts(json, "license", config.license);
  put_texts(json, "env", config.env);
  if (config.mask) json["mask"] = true;
  if (config.unmask) json["unmask"] = true;
  return json;
}

}  // namespace

void put_text(base::Json& object, std::string_view name, const std::string& value) {
  if (!value.empty()) object[std::string(name)] = value;
}

void put_texts(base::Json& object, std::string_view name, const std::vector<std::string>& values) {
  if (!values.empty()) object[std::string(name)] = values;
}

void put_object(base::Json& object, std::string_view name, base::Json value) {
  if (!value.empty()) object[std::string(name)] = std::move(value);
}

void put_json_text(base::Json& object, std::string_view name, std::string_view json) {
  if (auto value = base::parse_json(json); value) object[std::string(name)] = *std::move(value);
}

PortageSettings read_portage_settings(const Fields& owner) {
  PortageSettings settings;
  for (const Fields& one : owner.objects("packageConfig")) {
    settings.package_config.push_back({.atom = one.required_text("atom"),
                                       .use = one.texts("use"),
                                       .keywords = one.texts("keywords"),
                                       .license = one.texts("license"),
                                       .env = one.texts("env"),
                                       .mask = one.flag("mask"),
                                       .unmask = one.flag("unmask")});
  }
  settings.make_conf = read_make_conf(owner);
  for (const Fields& one : owner.objects("environments")) {
    settings.environments.push_back({.name = read_environment_name(one), .make_conf = read_make_conf(one)});
  }
  return settings;
}

void put_portage_settings(base::Json& owner, const PortageSettings& settings) {
  for (const auto& config : settings.package_config) owner["packageConfig"].push_back(package_config_to_json(config));
  put_object(owner, "makeConf", settings.make_conf);
  for (const auto& environment : settings.environments) {
    owner["environments"].push_back({{"name", environment.name}, {"makeConf", environment.make_conf}});
  }
}

ToolchainLibraries read_toolchain_libraries(const Fields& fields) {
  return {.mode = fields.choice("mode", ToolchainMode::Auto, toolchain_modes), .include = fields.texts("include")};
}

base::Json to_json(const ToolchainLibraries& libraries) {
  base::Json json{{"mode", toolchain_modes[static_cast<std::size_t>(libraries.mode)]}};
  put_texts(json, "include", libraries.include);
  return json;
}

ImageTarget read_image_target(const Fields& fields) {
  ImageTarget target{.repository = fields.required_text("repository"),
                     .tags = fields.texts("tags"),
                     .annotations = fields.text_map("annotations"),
                     .labels = fields.text_map("labels"),
                     .compression = fields.choice("compression", Compression::Gzip, compressions),
                     .package_database = fields.choice("packageDatabase", PackageDatabase::Minimal, package_databases)};
  if (target.tags.empty()) target.tags = {"latest"};
  return target;
}

base::Json to_json(const ImageTarget& target) {
  base::Json json{{"repository", target.repository},
                  {"tags", target.tags},
                  {"compression", compressions[static_cast<std::size_t>(target.compression)]},
                  {"packageDatabase", package_databases[static_cast<std::size_t>(target.package_database)]}};
  put_object(json, "annotations", target.annotations);
  put_object(json, "labels", target.labels);
  return json;
}

ImageConfig read_image_config(const Fields& fields) {
  ImageConfig config;
  config.entrypoint = fields.texts("entrypoint");
  config.cmd = fields.texts("cmd");
  for (const Fields& one : fields.objects("env")) config.env.emplace_back(one.required_text("name"), one.text("value"));
  config.user = fields.text("user");
  config.working_dir = fields.text("workingDir");
  config.exposed_ports = fields.texts("exposedPorts");
  config.volumes = fields.texts("volumes");
  config.stop_signal = fields.text("stopSignal");
  return config;
}

base::Json to_json(const ImageConfig& config) {
  base::Json json = base::Json::object();
  put_texts(json, "entrypoint", config.entrypoint);
  put_texts(json, "cmd", config.cmd);
  for (const auto& [name, value] : config.env) json["env"].push_back({{"name", name}, {"value", value}});
  put_text(json, "user", config.user);
  put_text(json, "workingDir", config.working_dir);
  put_texts(json, "exposedPorts", config.exposed_ports);
  put_texts(json, "volumes", config.volumes);
  put_text(json, "stopSignal", config.stop_signal);
  return json;
}

}  // namespace staves::api
