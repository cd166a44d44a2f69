#include "command/file_objects.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "api/object.h"
#include "api/staves_toml.h"
#include "command/error_sentence.h"
#include "command/manifest.h"
#include "nlohmann/json.hpp"
#include "oci/reference.h"

namespace staves::command {

namespace {

using base::Json;

constexpr std::size_t most_bytes = 1U << 20U;

base::Result<std::string> read_stream(std::istream& stream) {
  std::string text;
  for (char byte = 0; text.size() <= most_bytes && stream.get(byte);) text += byte;
  if (text.size() > most_bytes) return bad_input("it is larger than 1 MiB");
  return text;
}

base::Result<std::string> read_file(const std::string& name) {
  if (name == "-") return read_stream(std::cin);
  errno = 0;
  std::ifstream stream(name, std::ios::binary);
  if (!stream) return bad_input(std::string("it cannot be read: ") + std::strerror(errno));
  if (stream.peek(); stream.bad() || errno == EISDIR) return bad_input("it is a folder");
  return read_stream(stream);
}

/// --image in its two parts.
base::Done put_image(const std::string& image, api::StavesImageRequest& request) {
  if (image.empty()) return {};
  auto reference = oci::parse_reference(image);
  if (!reference) return bad_input("--image " + image + ": " + reference.error().message);
  if (!reference->digest.empty()) return bad_input("--image " + image + ": a digest is what comes out, give a tag");
  request.repository = reference->host + "/" + reference->path;
  if (!reference->tag.empty()) request.tags = {reference->tag};
  return {};
}

/// "de_DE.UTF-8" or "de_DE@euro/ISO-8859-15", as spec.locale has it.
Json locale_of(const std::string& text) {
  const auto slash = text.find('/');
  Json locale{{"name", text.substr(0, slash)}};
  if (slash != std::string::npos) locale["charset"] = text.substr(slash + 1);
  return locale;
}

base::Result<Json> object_of_toml(const FileText& file, const Options& options, const std::string& name_space,
                                  const std::string& builder) {
  api::StavesImageRequest request{.name = options.object_name, .name_space = name_space, .builder_name = builder};
  TRY(put_image(options.image, request));
  auto object = api::stavesimage_from_toml(file.text, request);
  if (!object) {
    base::Error error = std::move(object).error();
    if (error.message.contains("repository must be named")) error.message += ": --image REPOSITORY[:TAG]";
    if (error.message.contains("must be given one")) error.message += ": --name NAME";
    return base::fail(std::move(error).within(file.name));
  }
  if (!options.push_secret.empty()) (*object)["spec"]["image"]["pushSecretRef"] = {{"name", options.push_secret}};
  if (!options.locale.empty()) (*object)["spec"]["locale"] = locale_of(options.locale);
  if (options.stdlib) (*object)["spec"]["toolchainLibraries"] = {{"mode", "Always"}};
  return object;
}

base::Done check_object(Json& object, const std::string& name_space) {
  const auto text = [](const Json& of, const char* member) {
    return of.is_object() && of.contains(member) && of[member].is_string() ? of[member].get<std::string>() : "";
  };
  if (!object.is_object()) return bad_input("a document is no object with apiVersion and kind");
  const std::string kind = text(object, "kind");
  if (kind != api::stavesimage_kind().name && kind != api::stavesbuilder_kind().name) {
    return bad_input(kind.empty()
                         ? "an object has no kind"
                         : "kind " + kind + " is none of ours (StavesImage, StavesBuilder): use kubectl apply");
  }
  const std::string version = api::stavesimage_kind().group + "/" + api::stavesimage_kind().version;
  if (text(object, "apiVersion") != version) return bad_input(kind + ": apiVersion must be " + version);
  const Json metadata = object.value("metadata", Json());
  if (text(metadata, "name").empty()) return bad_input(kind + " has no metadata.name");
  if (!metadata.contains("namespace")) object["metadata"]["namespace"] = name_space;
  // The server's own; who applies what kubectl get printed does not mean them.
  for (const char* member : {"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp"}) {
    object["metadata"].erase(member);
  }
  object.erase("status");
  return {};
}

base::Done check_options_of_manifest(const Options& options) {
  const std::pair<bool, const char*> given[] = {
      {!options.builder.empty(), "--builder: write spec.builderRef.name"},
      {!options.image.empty(), "--image: write spec.image"},
      {!options.push_secret.empty(), "--push-secret: write spec.image.pushSecretRef"},
      {!options.object_name.empty(), "--name: write metadata.name"},
      {!options.locale.empty(), "--locale: write spec.locale"},
      {options.stdlib, "--stdlib: write spec.toolchainLibraries.mode"}};
  for (const auto& [is_given, what] : given) {
    if (is_given) return bad_input(std::string("a manifest is applied as it is; instead of ") + what + " there");
  }
  return {};
}

}  // namespace

base::Result<std::vector<FileText>> read_files(const std::vector<std::string>& names) {
  std::vector<FileText> files;
  for (const std::string& name : names) {
    auto text = read_file(name);
    if (!text) return base::fail(std::move(text).error().within(name));
    files.push_back({name, *std::move(text)});
  }
  return files;
}

bool is_staves_toml(const FileText& file) {
  if (file.name.ends_with(".toml")) return true;
  for (const char* end : {".yaml", ".yml", ".json"}) {
    if (file.name.ends_with(end)) return false;
  }
  return !file.text.starts_with('{') && !file.text.contains("apiVersion:");
}

base::Result<std::vector<Json>> objects_of_files(const std::vector<FileText>& files, const Options& options,
                                                 const std::string& name_space, const std::string& builder) {
  if (files.size() > 1 && !(options.object_name.empty() && options.image.empty())) {
    return bad_input("--name and --image are for one file, and there are " + std::to_string(files.size()));
  }
  std::vector<Json> objects;
  for (const FileText& file : files) {
    if (is_staves_toml(file)) {
      TRY_ASSIGN(objects.emplace_back(), object_of_toml(file, options, name_space, builder));
      continue;
    }
    auto found = parse_manifest(file.text);
    if (found) {
      if (auto fits = check_options_of_manifest(options); !fits) found = base::fail(std::move(fits).error());
    }
    if (!found) return base::fail(std::move(found).error().within(file.name));
    for (Json& object : *found) {
      if (auto fits = check_object(object, name_space); !fits)
        return base::fail(std::move(fits).error().within(file.name));
      objects.push_back(std::move(object));
    }
  }
  return objects;
}

}  // namespace staves::command
