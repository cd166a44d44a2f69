#include "oci/image_config_document.h"

#include "base/json.h"
#include "base/time_point.h"
#include "nlohmann/json.hpp"

namespace staves::oci {
namespace {

using base::Json;

Json environment_of(const api::ImageConfig& config) {
  Json list = Json::array();
  const bool has_path = std::ranges::any_of(config.env, [](const auto& variable) { return variable.first == "PATH"; });
  if (!has_path) list.push_back("PATH=" + std::string(api::default_path));
  for (const auto& [name, value] : config.env) list.push_back(std::string(name).append("=").append(value));
  return list;
}

/// Sets of names are objects with empty values there.
Json set_of(const std::vector<std::string>& names) {
  Json set = Json::object();
  for (const auto& name : names) set[name] = Json::object();
  return set;
}

Json run_config(const ImageConfigSource& source) {
  const auto& config = source.config;
  Json run{{"Env", environment_of(config)}};
  if (!config.entrypoint.empty()) run["Entrypoint"] = config.entrypoint;
  if (!config.cmd.empty()) run["Cmd"] = config.cmd;
  if (!config.user.empty()) run["User"] = config.user;
  if (!config.working_dir.empty()) run["WorkingDir"] = config.working_dir;
  if (!config.exposed_ports.empty()) run["ExposedPorts"] = set_of(config.exposed_ports);
  if (!config.volumes.empty()) run["Volumes"] = set_of(config.volumes);
  if (!config.stop_signal.empty()) run["StopSignal"] = config.stop_signal;
  if (!source.labels.empty()) run["Labels"] = source.labels;
  return run;
}

}  // namespace

std::string image_config_document(const ImageConfigSource& source) {
  const std::string created = base::to_rfc3339(base::TimePoint(std::chrono::seconds(source.source_date_epoch)));
  Json document{{"architecture", source.platform.architecture},
                {"config", run_config(source)},
                {"created", created},
                {"history", Json::array({Json{{"created", created}, {"created_by", "staves"}}})},
                {"os", "linux"},
                {"rootfs", Json{{"type", "layers"}, {"diff_ids", Json::array({source.diff_id})}}}};
  if (!source.platform.variant.empty()) document["variant"] = source.platform.variant;
  return base::to_canonical_json(document);
}

}  // namespace staves::oci
