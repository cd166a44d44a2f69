#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/image_config.h"
#include "api/platform.h"
#include "api/portage_settings.h"
#include "api/repository.h"
#include "base/result.h"

namespace staves::api {

/// Where the ebuild tree of a build is.
struct PlanTree {
  std::string image;     ///< reference by digest, "host/name@sha256:..."
  std::string location;  ///< absolute path inside `emerge`: /staves/trees/<hex> or /var/db/repos/gentoo
  bool fetch = false;    ///< `sources` brings it to the cache volume; false: mounted as an image volume
  friend bool operator==(const PlanTree&, const PlanTree&) = default;
};

/// The image that stays as it is when the build would make it of the very same packages.
struct PlanUnless {
  std::string packages;  ///< their digest (EmergeResult::packages_digest); empty: an image is made in any case
  std::string image;     ///< the digest of its manifest, which every tag has to stand for
  friend bool operator==(const PlanUnless&, const PlanUnless&) = default;
};

/// Everything a build pod is told: every tag resolved to a digest, every default filled in.
/// Shape:  JSON, at most 200 KiB (all annotations of a pod share 256 KiB).
/// Source: design/0001-the-way-of-a-build.md, annotation staves.dev/plan.
struct Plan {
  std::string image_namespace;  ///< of the StavesImage
  std::string image_name;       ///< of the StavesImage
  std::int64_t number = 0;      ///< of the build
  std::int64_t attempt = 1;
  std::string inputs_digest;
  std::string stage3;  ///< reference by digest
  PlanTree tree;
  std::vector<std::string> packages;  ///< atoms and @sets, 1..256
  PortageSettings builder_portage;    ///< of the StavesBuilder: comes first
  PortageSettings image_portage;      ///< of the StavesImage: comes after and wins
  std::string profile;                ///< e.g. "default/linux/amd64/23.0"; empty: the stage3's own
  std::vector<std::string> mirrors;   ///< GENTOO_MIRRORS; empty: the stage3's own
  Locale locale;
  ToolchainLibraries toolchain_libraries;
  ImageTarget target;
  Platform platform{};  ///< what the image runs on; without an architecture: what the node is
  ImageConfig config;
  ImageTest test;
  std::vector<std::string> insecure_registries;  ///< host[:port] spoken to in plain http
  /// Overlays, in the order of the specs: those of `git` are brought by `sources`, the others by `emerge`.
  std::vector<PlanRepository> repositories;
  std::string build_key;             ///< the same for all pods of a build; set when `sources` finds a revision out
  std::int64_t cache_max_bytes = 0;  ///< what `emerge` leaves on the cache volume at most; 0: no bound
  PlanUnless unless;                 ///< when no image is to be made
  std::string push_secret;           ///< name of the Secret that `publish` has; empty: anonymous
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// Errors: InvalidPlan (retry: never), with the path of the field that is wrong.
base::Result<Plan> parse_plan(std::string_view json);
std::string to_json(const Plan& plan);

}  // namespace staves::api
