#include <algorithm>

#include "api/characters.h"
#include "api/staves_toml.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

constexpr std::size_t longest_object_name = 52;

std::string name_in_file(const base::Json& spec) {
  const base::Json::json_pointer title("/image/annotations/org.opencontainers.image.title");
  return spec.contains(title) ? spec.at(title).get<std::string>() : std::string{};
}

/// "staves/builder-python3.6" gives "builder-python3-6": lower-case letters, digits and -, at most 52.
std::string object_name(const std::string& image_name) {
  std::string name = image_name.substr(image_name.rfind('/') + 1);
  std::ranges::replace_if(name, [](char c) { return !(lower_case + digits).has(c); }, '-');
  name = name.substr(0, longest_object_name);
  while (name.ends_with('-')) name.pop_back();
  return name;
}

bool begins_with_registry(const std::string& image_name) {
  const auto slash = image_name.find('/');
  if (slash == std::string::npos) return false;
  const std::string host = image_name.substr(0, slash);
  return host == "localhost" || host.find_first_of(".:") != std::string::npos;
}

std::unexpected<base::Error> missing(const char* what) {
  return base::fail("InvalidSpec", what, base::Retry::when_spec_changes());
}

}  // namespace

base::Result<base::Json> stavesimage_from_toml(std::string_view text, const StavesImageRequest& request) {
  TRY_ASSIGN(base::Json spec, parse_staves_toml(text));
  const std::string name_of_image = name_in_file(spec);
  const std::string name = request.name.empty() ? object_name(name_of_image) : request.name;
  if (name.empty()) return missing("the file has no name, so the StavesImage must be given one");
  if (request.builder_name.empty()) return missing("the StavesBuilder must be named");
  std::string repository = request.repository;
  if (repository.empty() && begins_with_registry(name_of_image)) repository = name_of_image;
  if (repository.empty()) {
    return missing("the repository must be named, because the file's name does not begin with a registry");
  }
  spec["builderRef"] = {{"name", request.builder_name}};
  spec["image"]["repository"] = repository;
  if (!request.tags.empty()) spec["image"]["tags"] = request.tags;
  base::Json image{
      {"apiVersion", "staves.dev/v1alpha1"}, {"kind", "StavesImage"}, {"metadata", {{"name", name}}}, {"spec", spec}};
  if (!request.name_space.empty()) image["metadata"]["namespace"] = request.name_space;
  return image;
}

}  // namespace staves::api
