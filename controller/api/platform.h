#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/fields.h"

namespace staves::api {

/// What an image runs on: Linux on an architecture, and which generation of it. Source: spec.platforms; the names are
/// those of image-spec config.md.
struct Platform {
  std::string architecture;  ///< GOARCH and the value of the node label kubernetes.io/arch: "amd64"
  std::string variant;       ///< "v2" to "v4" of amd64, "v6" and "v7" of arm; empty: the architecture's least
  friend bool operator==(const Platform&, const Platform&) = default;
};

/// "linux/amd64/v3", as users and registries write it.
std::string to_string(const Platform& platform);

/// "amd64-v3": for names and tags.
std::string dashed(const Platform& platform);

/// Whether images for it can be asked for.
bool is_platform(std::string_view text);

/// The platform that a text names which is_platform is true for; of another one the architecture is empty.
Platform platform_of(std::string_view text);

/// The member `platform`, without an architecture when it is absent; the Problem learns of one that is none.
Platform read_platform(const Fields& owner);

/// The member `platforms` of a spec; of the first that is none the Problem learns the place.
std::vector<Platform> read_platforms(const Fields& owner);
void put_platforms(base::Json& owner, const std::vector<Platform>& platforms);

}  // namespace staves::api
