#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/plan.h"
#include "portage/stage3_settings.h"

namespace staves::portage {

/// Whether a variable of that name in make.conf decides a package's bits without Portage comparing it. Names like USE
/// and MAKEOPTS do not.
bool decides_bits(std::string_view name);

/// The variables that do: the compiler's flags always, and whatever else the stage3, the builder or the image sets
/// (CPPFLAGS, EXTRA_ECONF, FEATURES, ...). In a fixed order, each once, whoever sets it.
std::vector<std::string> key_variables(const api::Plan& plan, const Stage3Settings& stage3);

/// Whether stage3, builder or image choose a program that compiles (CC, RUSTC, ...), be it for single packages.
bool chooses_tools(const api::Plan& plan, const Stage3Settings& stage3);

}  // namespace staves::portage
