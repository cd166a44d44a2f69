#pragma once

#include <expected>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "api/plan.h"
#include "portage/part.h"
#include "portage/paths.h"

namespace staves::portage {

/// The variables of make.conf that decide a package's bits without Portage comparing them: the compiler's flags always,
/// and whatever else the builder or the image sets (CPPFLAGS, EXTRA_ECONF, FEATURES, ...) but for names like USE and
/// MAKEOPTS. In a fixed order, each once.
std::vector<std::string> key_variables(const api::Plan& plan);

/// Whether a variable of that name in make.conf is one of those.
bool decides_bits(std::string_view name);

/// What Portage and the compiler answered.
struct KnownToolchain {
  std::string key;    ///< names the partition of binary packages
  std::string arch;   ///< Portage's ARCH
  std::string chost;  ///< Portage's CHOST
  std::string gcc;    ///< its version; empty when the stage3 has none
  friend bool operator==(const KnownToolchain&, const KnownToolchain&) = default;
};

/// Which binary packages may be mixed with one another: Portage itself does not compare what they were compiled with.
/// The key is 16 hex digits over CHOST, the compiler's flags and every other variable of key_variables, the
/// environments, the libc, the compiler, the profile and the architecture. Asks Portage and the compiler once and then
/// remembers the answer beside the binary packages. make.conf is written before. Errors: what Portage says about a
/// configuration that it cannot read.
Part<KnownToolchain> toolchain_key(const Paths& paths, const api::Plan& plan, const std::string& profile,
                                   std::stop_token stop);

}  // namespace staves::portage
