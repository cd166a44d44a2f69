#pragma once

#include <string>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "base/json.h"

namespace staves::decide {

/// What decides an image, and nothing else: equal inputs give an equal image.
/// Shape:  `document` is canonical JSON with the members packages, packageConfig, makeConf, environments, locale,
///         repositories, toolchainLibraries, platforms, image, config, test, builder {portage, profile}, stage3 and
///         tree (digests) and revisions (of overlays, as far as they are known before the build); empty ones are left
///         out, so that a field that comes later changes no digest while nobody sets it.
/// Source: design/0001-the-way-of-a-build.md, Inputs.
struct Inputs {
  std::string digest;                              ///< "sha256:..." of `document`
  std::string document;                            ///< of any size
  std::string stage3;                              ///< reference by digest
  std::string tree;                                ///< reference by digest
  std::vector<api::RepositoryRevision> revisions;  ///< of overlays: those that are inputs
  std::string settings;  ///< "sha256:..." of what decides no image but may mend a failure, see settings_of
};

/// The inputs of a build now, with the revisions of overlays that are known. The builder's status must have both
/// digests.
Inputs inputs_of(const api::StavesImage& image, const api::StavesBuilder& builder,
                 const std::vector<api::RepositoryRevision>& revisions = {});

/// The digest of what is no input and yet may make a failed build succeed: the builder's mirrors, insecure registries
/// and pod settings, the names of Secrets, resources, priority class and timeouts. What is empty is left
/// out, so that a field that comes later changes no digest while nobody sets it.
std::string settings_of(const api::StavesImageSpec& image, const api::StavesBuilderSpec& builder);

/// Whether those are others than they were when the build was begun. No when it is not known what they were.
bool settings_changed(const api::BuildInputs& was, const Inputs& is);

/// What status.build keeps of them: the document only up to 32 KiB.
api::BuildInputs recorded_inputs(const Inputs& inputs, const api::StavesImage& image);

/// The document that a build was made from, as far as its status still knows: without one, only stage3 and tree.
/// Never fails: what cannot be read is left out.
base::Json document_of(const api::BuildInputs& inputs);

}  // namespace staves::decide
