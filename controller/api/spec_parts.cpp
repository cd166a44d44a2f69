#include "api/spec_parts.h"

#include <algorithm>

#include "api/read_words.h"
#include "api/variable_names.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 3> toolchain_modes = {"Auto", "Always", "Never"};
constexpr std::array<std::string_view, 2> compressions = {"gzip", "zstd"};
constexpr std::array<std::string_view, 3> package_databases = {"None", "Minimal", "Full"};

// Names of spec.image.keep, with the member of each.
constexpr std::array<std::string_view, 5> keep_names = {"headers", "documents", "translations", "portageState",
                                                        "portageConfiguration"};
constexpr std::array<bool Keep::*, 5> keep_members = {&Keep::headers, &Keep::documents, &Keep::translations,
                                                      &Keep::portage_state, &Keep::portage_configuration};

/// The API server refuses other names; here it is checked again because they become lines of shell.
MakeConf read_make_conf(const Fields& owner) {
  MakeConf variables = owner.text_map("makeConf");
  if (variables.size() > most_variables) {
    owner.refuse("makeConf", "must have at most " + std::to_string(most_variables) + " variables");
  }
  for (const auto& [name, value] : variables) {
    const std::string field = "makeConf[" + shown_key(name) + "]";
    if (std::string refusal = refusal_of_variable(name); !refusal.empty()) owner.refuse(field, refusal);
    if (characters_of(value) > most_value_characters) {
      owner.refuse(field, "must have at most " + std::to_string(most_value_characters) + " characters");
    }
  }
  return variables;
}

Keep read_keep(const Fields& target) {
  Keep keep;
  for (const std::string& name : target.texts("keep")) {
    const auto found = std::ranges::find(keep_names, name);
    if (found == keep_names.end()) {
      target.must_be("keep", "a list of headers, documents, translations, portageState and portageConfiguration");
    } else {
      keep.*keep_members.at(static_cast<std::size_t>(found - keep_names.begin())) = true;
    }
  }
  return keep;
}

std::vector<std::string> names_of(const Keep& keep) {
  std::vector<std::string> names;
  for (std::size_t place = 0; place < keep_names.size(); ++place) {
    if (keep.*keep_members.at(place)) names.emplace_back(keep_names.at(place));
  }
  return names;
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
    settings.package_config.push_back({.atom = read_word(one, "atom", word::atom),
                                       .use = read_words(one, "use", word_list::use),
                                       .keywords = read_words(one, "keywords", word_list::keywords),
                                       .license = read_words(one, "license", word_list::license),
                                       .env = read_words(one, "env", word_list::env),
                                       .mask = one.flag("mask"),
                                       .unmask = one.flag("unmask")});
  }
  settings.make_conf = read_make_conf(owner);
  for (const Fields& one : owner.objects("environments")) {
    settings.environments.push_back(
        {.name = read_word(one, "name", word::environment_name), .make_conf = read_make_conf(one)});
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
  return {.mode = fields.choice("mode", ToolchainMode::Auto, toolchain_modes),
          .include = read_words(fields, "include", word_list::sonames)};
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
                     .package_database = fields.choice("packageDatabase", PackageDatabase::Minimal, package_databases),
                     .keep = read_keep(fields)};
  if (target.tags.empty()) target.tags = {"latest"};
  return target;
}

base::Json to_json(const ImageTarget& target) {
  base::Json json{{"repository", target.repository},
                  {"compression", compressions[static_cast<std::size_t>(target.compression)]},
                  {"packageDatabase", package_databases[static_cast<std::size_t>(target.package_database)]}};
  put_texts(json, "tags", target.tags);
  put_object(json, "annotations", target.annotations);
  put_object(json, "labels", target.labels);
  put_texts(json, "keep", names_of(target.keep));
  return json;
}

Locale read_locale(const Fields& owner) {
  if (!owner.has("locale")) return {};
  const Fields fields = owner.object("locale");
  Locale locale{.name = read_word(fields, "name", word::locale_name)};
  if (fields.has("charset")) locale.charset = read_word(fields, "charset", word::charset);
  return locale;
}

void put_locale(base::Json& owner, const Locale& locale) {
  if (!locale.name.empty()) owner["locale"] = {{"name", locale.name}, {"charset", locale.charset}};
}

ImageTest read_image_test(const Fields& owner) {
  if (!owner.has("test")) return {};
  const Fields fields = owner.object("test");
  ImageTest test{.command = fields.texts("command"),
                 .timeout_seconds = fields.number("timeoutSeconds", 60, {.least = 1, .most = 3600})};
  if (test.command.empty() || test.command.front().empty()) {
    fields.must_be("command", "a list that begins with a program");
  }
  return test;
}

void put_image_test(base::Json& owner, const ImageTest& test) {
  if (test.command.empty()) return;
  owner["test"] = {{"command", test.command}, {"timeoutSeconds", test.timeout_seconds}};
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
