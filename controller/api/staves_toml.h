#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace staves::api {

/// What a staves.toml says, as members of StavesImage.spec. What is not in the file is not there. A member that the
/// resource has as well wins over that of the file: `result.merge_patch(spec)` is the spec that counts.
/// Shape:  packages, makeConf (from [env]), environments (from [env.NAME]), packageConfig (from tables named by an
///         atom, in the order of the file), locale, repositories, config.entrypoint (from command), image.tags (from
///         version), image.annotations (from annotations; then name as org.opencontainers.image.title and version as
///         org.opencontainers.image.version).
/// Limits: 64 KiB; those of the schema for every member.
/// Errors: InvalidSpec (retry: when the spec changes), "line 3, column 5: ..." with the first thing that is wrong:
///         syntax, an unknown key with the nearest known one, a wrong type, a word that cannot be, a limit.
base::Result<base::Json> parse_staves_toml(std::string_view text);

/// What the command line says besides the file. Empty members are taken from the file where it has them.
struct StavesImageRequest {
  std::string name = {};          ///< metadata.name; empty: made of the last part of the file's `name`
  std::string name_space = {};    ///< metadata.namespace; empty: left out
  std::string builder_name = {};  ///< spec.builderRef.name
  /// spec.image.repository; empty: the file's `name`, if that begins with a registry such as registry.example/
  std::string repository = {};
  std::vector<std::string> tags = {};  ///< spec.image.tags; empty: the file's `version`
};

/// The StavesImage with fields that is equal to one with spec.stavesToml: apiVersion, kind, metadata and spec. Equal
/// means: the same inputs digest, so that going from one to the other builds nothing.
/// Errors: as above, and InvalidSpec when builder, name or repository are neither asked for nor in the file.
base::Result<base::Json> stavesimage_from_toml(std::string_view text, const StavesImageRequest& request);

}  // namespace staves::api
