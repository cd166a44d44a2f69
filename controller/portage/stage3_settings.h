#pragma once

#include <set>
#include <string>

#include "portage/paths.h"

namespace staves::portage {

/// What the stage3's own /etc/portage says about how packages are built. That of a stage3 which a builder made has the
/// settings that it was built with; no plan has them any more.
struct Stage3Settings {
  std::set<std::string> variables;        ///< names that make.conf and the local profile assign
  std::set<std::string> other_variables;  ///< names that env/* and bashrc assign, for some packages or all
  std::string files;                      ///< digest of all other files that decide bits; empty when there are none
  friend bool operator==(const Stage3Settings&, const Stage3Settings&) = default;
};

/// Reads them. To be called before the build writes anything there: what a plan adds is known from the plan. Equal
/// files give equal settings, whatever stage3 they are in.
Stage3Settings stage3_settings(const Paths& paths);

}  // namespace staves::portage
