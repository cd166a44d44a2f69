#pragma once

#include <expected>
#include <stop_token>
#include <string>
#include <vector>

#include "api/plan.h"
#include "portage/part.h"
#include "portage/paths.h"

namespace staves::portage {

/// The variables of make.conf that decide a package's bits without Portage comparing them: the compiler's flags always,
/// and whatever else the builder or the image sets (CPPFLAGS, EXTRA_ECONF, FEATURES, ...) but for names like USE and
/// MAKEOPTS. In a fixed order, each once.
std::vector<std::string> key_variables(const api::Plan& plan);

/// Which binary packages may be mixed with one another: Portage itself does not compare what they were compiled with.
/// 16 hex digits over CHOST, the compiler's flags and every other variable of key_variables, the environments, the
/// libc, the compiler, the profile and the architecture. Asks Portage and the compiler once and then remembers the
/// answer beside the binary packages. make.conf is written before. Errors: what Portage says about a configuration that
/// it cannot read.
Part<std::string> toolchain_key(const Paths& paths, const api::Plan& plan, const std::string& profile,
                                std::stop_token stop);

}  // namespace staves::portage
