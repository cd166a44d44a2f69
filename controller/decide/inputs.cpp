#include "decide/inputs.h"

#include "api/spec_parts.h"
#include "base/digest.h"
#include "decide/image_reference.h"
#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using base::Json;

constexpr std::size_t kept_document_bytes = 32U << 10U;

/// Where overlays come from; with which Secret decides no image.
void put_places(Json& owner, std::vector<api::Repository> repositories) {
  for (api::Repository& one : repositories) one.secret_name.clear();
  api::put_repositories(owner, repositories);
}

/// The Secrets of overlays by name.
Json secrets_of(const api::StavesImageSpec& image, const api::StavesBuilderSpec& builder) {
  Json secrets = Json::object();
  for (const api::Repository& one : api::all_repositories(builder.repositories, image.repositories)) {
    api::put_text(secrets, one.name, one.secret_name);
  }
  return secrets;
}

Json builder_part(const api::StavesBuilderSpec& spec) {
  Json portage = Json::object();
  api::put_portage_settings(portage, spec.portage);
  put_places(portage, spec.repositories);
  Json part = Json::object();
  api::put_object(part, "portage", std::move(portage));
  api::put_text(part, "profile", spec.profile);
  return part;
}

Json render_document(const api::StavesImageSpec& image, const api::StavesBuilder& builder,
                     const std::vector<api::RepositoryRevision>& revisions) {
  Json document = Json::object();
  api::put_texts(document, "packages", image.packages);
  api::put_portage_settings(document, image.portage);
  api::put_locale(document, image.locale);
  put_places(document, image.repositories);
  api::put_object(document, "toolchainLibraries", api::to_json(image.toolchain_libraries));
  api::put_platforms(document, image.platforms);
  api::put_object(document, "image", api::to_json(image.image));
  api::put_object(document, "config", api::to_json(image.config));
  // How long it may take decides no image.
  if (!image.test.command.empty()) document["test"] = {{"command", image.test.command}};
  api::put_object(document, "builder", builder_part(builder.spec));
  api::put_text(document, "stage3", builder.status.stage3->digest);
  api::put_text(document, "tree", builder.status.tree->digest);
  for (const api::RepositoryRevision& one : revisions) document["revisions"][one.name] = one.revision;
  return document;
}

}  // namespace

std::string settings_of(const api::StavesImageSpec& image, const api::StavesBuilderSpec& builder) {
  const Json all = api::to_json(builder);
  Json settings = Json::object();
  for (const char* member : {"trust", "proxy", "pod", "credentials"}) {
    if (all.contains(member)) settings[member] = all[member];
  }
  api::put_texts(settings, "mirrors", builder.mirrors);
  api::put_text(settings, "cacheMaxBytes", builder.cache.max_bytes);
  api::put_text(settings, "pushSecret", image.push_secret_name);
  api::put_object(settings, "repositorySecrets", secrets_of(image, builder));
  api::put_text(settings, "resources", image.build.resources);
  api::put_text(settings, "priorityClass", image.build.priority_class_name);
  settings["timeoutSeconds"] = image.build.timeout_seconds;
  if (!image.test.command.empty()) settings["testTimeoutSeconds"] = image.test.timeout_seconds;
  return base::sha256_digest(base::to_canonical_json(settings));
}

bool settings_changed(const api::BuildInputs& was, const Inputs& is) {
  return !was.settings.empty() && was.settings != is.settings;
}

Inputs inputs_of(const api::StavesImage& image, const api::StavesBuilder& builder,
                 const std::vector<api::RepositoryRevision>& revisions) {
  const api::ResolvedImage& stage3 = *builder.status.stage3;
  const api::ResolvedImage& tree = *builder.status.tree;
  Inputs inputs;
  inputs.document = base::to_canonical_json(render_document(image.spec, builder, revisions));
  inputs.digest = base::sha256_digest(inputs.document);
  inputs.stage3 = with_digest(stage3.reference, stage3.digest);
  inputs.tree = with_digest(tree.reference, tree.digest);
  inputs.revisions = revisions;
  inputs.settings = settings_of(image.spec, builder.spec);
  return inputs;
}

api::BuildInputs recorded_inputs(const Inputs& inputs, const api::StavesImage& image) {
  return {.digest = inputs.digest,
          .builder_name = image.spec.builder_name,
          .stage3 = inputs.stage3,
          .tree = inputs.tree,
          .live = {},
          .repositories = inputs.revisions,
          .document = inputs.document.size() <= kept_document_bytes ? inputs.document : std::string{},
          .settings = inputs.settings};
}

Json document_of(const api::BuildInputs& inputs) {
  if (auto document = base::parse_json(inputs.document); document && document->is_object()) return *std::move(document);
  Json known = Json::object();
  api::put_text(known, "stage3", std::string(pinned_digest(inputs.stage3)));
  api::put_text(known, "tree", std::string(pinned_digest(inputs.tree)));
  return known;
}

}  // namespace staves::decide
