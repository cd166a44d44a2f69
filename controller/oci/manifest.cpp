#include "oci/manifest.h"

#include "base/digest.h"
#include "base/json.h"
#include "nlohmann/json.hpp"
#include "oci/media_types.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Json;
using base::Result;
using base::Retry;

constexpr std::size_t max_bytes = 4U << 20U;
constexpr std::size_t max_layers = 512;

std::unexpected<base::Error> malformed(std::string_view why) {
  return fail("ManifestMalformed", "the manifest is not what the image specification says: " + std::string(why),
              Retry::when_spec_changes());
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json to_json(const Descriptor& descriptor) {
  return {{"mediaType", descriptor.media_type}, {"digest", descriptor.digest}, {"size", descriptor.size}};
}

Result<Descriptor> read_descriptor(const Json& json) {
  Descriptor descriptor{text_of(json, "mediaType"), text_of(json, "digest"), 0};
  const auto size = json.is_object() ? json.find("size") : json.end();
  if (size == json.end() || !size->is_number_unsigned()) return malformed("a size is missing");
  descriptor.size = size->get<std::uint64_t>();
  if (!base::is_sha256_digest(descriptor.digest)) return malformed("a digest is not sha256");
  return descriptor;
}

Result<Json> read_document(std::string_view json) {
  auto document = base::parse_json(json, {.bytes = max_bytes, .depth = 32});
  if (!document || !document->is_object()) return malformed("no JSON object");
  return *std::move(document);
}

}  // namespace

std::string manifest_document(const Manifest& manifest) {
  Json layers = Json::array();
  for (const auto& layer : manifest.layers) layers.push_back(to_json(layer));
  Json document{{"schemaVersion", 2},
                {"mediaType", media_type::manifest},
                {"config", to_json(manifest.config)},
                {"layers", std::move(layers)}};
  if (!manifest.annotations.empty()) document["annotations"] = manifest.annotations;
  return base::to_canonical_json(document);
}

Result<Manifest> parse_manifest(std::string_view json) {
  TRY_ASSIGN(const auto document, read_document(json));
  const auto config = document.find("config");
  const auto layers = document.find("layers");
  if (config == document.end() || layers == document.end() || !layers->is_array() || layers->size() > max_layers) {
    return malformed("config or layers are missing");
  }
  Manifest manifest;
  TRY_ASSIGN(manifest.config, read_descriptor(*config));
  for (const auto& layer : *layers) {
    TRY_ASSIGN(auto descriptor, read_descriptor(layer));
    manifest.layers.push_back(std::move(descriptor));
  }
  if (const auto annotations = document.find("annotations");
      annotations != document.end() && annotations->is_object()) {
    for (const auto& [key, value] : annotations->items()) {
      if (value.is_string()) manifest.annotations[key] = value.get<std::string>();
    }
  }
  return manifest;
}

Result<std::optional<Descriptor>> select_platform(std::string_view json, std::string_view architecture) {
  TRY_ASSIGN(const auto document, read_document(json));
  const auto manifests = document.find("manifests");
  if (manifests == document.end()) return std::optional<Descriptor>();
  if (!manifests->is_array()) return malformed("manifests is not a list");
  for (const auto& entry : *manifests) {
    const auto platform = entry.is_object() ? entry.find("platform") : entry.end();
    if (platform == entry.end()) continue;
    if (text_of(*platform, "os") != "linux" || text_of(*platform, "architecture") != architecture) continue;
    TRY_ASSIGN(auto descriptor, read_descriptor(entry));
    return std::optional(std::move(descriptor));
  }
  return fail("NoSuchPlatform", "the image has nothing for linux/" + std::string(architecture),
              Retry::when_spec_changes());
}

}  // namespace staves::oci
