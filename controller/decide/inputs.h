#pragma once

#include <string>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "base/json.h"

namespace staves::decide {

/// What decides an image, and nothing else: equal inputs give an equal image.
/// Shape:  `document` is canonical JSON with the members packages, packageConfig, makeConf, environments,
///         toolchainLibraries, image, config, builder {portage, profile}, stage3 and tree (digests); empty ones are
///         left out, so that a field that comes later changes no digest while nobody sets it.
/// Source: design/0001-the-way-of-a-build.md, Inputs.
struct Inputs {
  std::string digest;    ///< "sha256:..." of `document`
  std::string document;  ///< of any size
  std::string stage3;    ///< reference by digest
  std::string tree;      ///< reference by digest
};

/// The inputs of a build now. The builder's status must have both digests.
Inputs inputs_of(const api::StavesImage& image, const api::StavesBuilder& builder);

/// What status.build keeps of them: the document only up to 32 KiB.
api::BuildInputs recorded_inputs(const Inputs& inputs, const api::StavesImage& image);

/// The document that a build was made from, as far as its status still knows: without one, only stage3 and tree.
/// Never fails: what cannot be read is left out.
base::Json document_of(const api::BuildInputs& inputs);

}  // namespace staves::decide
