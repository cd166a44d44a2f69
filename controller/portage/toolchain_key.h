#pragma once

#include <expected>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/plan.h"
#include "portage/part.h"
#include "portage/paths.h"
#include "portage/stage3_settings.h"

namespace staves::portage {

/// What Portage and the compiler answered.
struct KnownToolchain {
  std::string key;    ///< names the partition of binary packages
  std::string arch;   ///< Portage's ARCH
  std::string chost;  ///< Portage's CHOST
  std::string gcc;    ///< its version; empty when the stage3 has none
  friend bool operator==(const KnownToolchain&, const KnownToolchain&) = default;
};

/// Runs a program of the stage3 and gives what it prints.
using AskStage3 = std::function<Part<std::string>(const std::vector<std::string>& arguments)>;

/// Which binary packages may be mixed with one another: Portage itself does not compare what they were compiled with.
/// The key is 16 hex digits over CHOST, the compiler's flags and every other variable of key_variables, the
/// environments and other settings of stage3, builder and image, the libc, the compiler, the profile and the
/// architecture. Asks Portage and the compiler once and then remembers the answer beside the binary packages. make.conf
/// is written before. Errors: what Portage says about a configuration that it cannot read.
Part<KnownToolchain> toolchain_key(const Paths& paths, const api::Plan& plan, const std::string& profile,
                                   const Stage3Settings& stage3, const AskStage3& ask);

/// An AskStage3 that runs the programs. Errors: Internal for one that cannot be run; what Portage says.
Part<std::string> ask_stage3(const std::vector<std::string>& arguments, const std::stop_token& stop);

}  // namespace staves::portage
