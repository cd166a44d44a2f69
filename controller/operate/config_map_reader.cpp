#include "operate/config_map_reader.h"

#include "nlohmann/json.hpp"

namespace staves::operate {

namespace {

/// What is kept of a text that is longer than any that would be read: enough to be refused as too long.
constexpr std::size_t most_kept = most_config_map_bytes + 1;
/// Texts that nobody asks for any more are not told apart: with more than so many one of them is read again.
constexpr std::size_t most_texts = 256;

std::unexpected<base::Error> not_found(std::string what) {
  return base::fail("ConfigMapNotFound", std::move(what), base::Retry::when_spec_changes());
}

std::unexpected<base::Error> without(const kube::ObjectKey& config_map) {
  return not_found("there is no ConfigMap " + config_map.name + " in this namespace; create it");
}

}  // namespace

base::Result<std::string> ConfigMapReader::read(const kube::ObjectKey& config_map, const std::string& key,
                                                std::stop_token stop) {
  const auto known = config_maps_.get(config_map);
  const std::pair place{config_map, key};
  std::unique_lock lock(mutex_);
  if (!known) {
    texts_.erase(place);
    return without(config_map);
  }
  const auto kept = texts_.find(place);
  if (kept != texts_.end() && kept->second.resource_version == known->resource_version) return kept->second.text;
  lock.unlock();  // others need not wait for the server
  std::string version;
  auto text = fetch(config_map, key, std::move(stop), version);
  lock.lock();
  texts_.erase(place);
  if (texts_.size() >= most_texts) texts_.erase(texts_.begin());
  if (!version.empty()) texts_.emplace(place, Text{version, text});
  return text;
}

base::Result<std::string> ConfigMapReader::fetch(const kube::ObjectKey& config_map, const std::string& key,
                                                 std::stop_token stop, std::string& resource_version) {
  const auto object = cluster_.get(resource_type(api::config_map_kind()), config_map, std::move(stop));
  if (!object && object.error().code == "NotFound") return without(config_map);
  if (!object) return base::fail(base::Error(object.error()).within("reading ConfigMap " + config_map.name));
  resource_version = object->value(base::Json::json_pointer("/metadata/resourceVersion"), std::string{});
  const base::Json data = object->value("data", base::Json::object());
  if (data.contains(key) && data[key].is_string()) return data[key].get<std::string>().substr(0, most_kept);
  return not_found("ConfigMap " + config_map.name + " has no key " + key + " in its data; add it");
}

}  // namespace staves::operate
