#pragma once

#include <string>
#include <string_view>

#include "api/portage_settings.h"

namespace staves::portage {

/// A value as make.conf takes it, with its double quotes. `${NAME}` stays a reference; every other character arrives as
/// it is. Control characters, newlines among them, become spaces. Portage itself expands nothing between single quotes,
/// so a `${NAME}` there stays text; a backslash directly before `${NAME}` makes it text as well.
std::string quoted_value(std::string_view value);

/// One `NAME="value"` line per variable, sorted by name.
std::string make_conf_lines(const api::MakeConf& variables);

/// What the build itself decides about Portage.
struct BuildVariables {
  std::string mirrors;  ///< GENTOO_MIRRORS; empty: the stage3's own
  std::string pkgdir;   ///< empty: not yet known
  std::string distdir;
  int make_jobs = 1;
  bool documents = false;  ///< the image keeps man pages, info and doc
};

/// Text that follows the stage3's own make.conf: defaults, the builder's variables, the image's (which win), and what
/// no one may change.
std::string make_conf_addition(const api::MakeConf& builder, const api::MakeConf& image, const BuildVariables& build);

}  // namespace staves::portage
