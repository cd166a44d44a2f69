#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "api/plan.h"
#include "api/repository.h"
#include "api/toolchain.h"
#include "portage/part.h"
#include "portage/paths.h"
#include "portage/processors.h"

namespace staves::portage {

/// What the rest of the step has to know of the configuration.
struct Configured {
  std::string partition;  ///< of the binary packages
  api::Toolchain toolchain;
};

/// Writes everything below /etc/portage that the plan asks for, brings the overlays that Portage itself has to bring,
/// and chooses where binary packages are kept. `revisions` are the overlays that `sources` has brought.
/// Errors: InvalidConfiguration for what Portage cannot read and for a
/// profile that the tree does not have; Internal for an empty tree.
Part<Configured> configure(const Paths& paths, const api::Plan& plan, const Parallelism& split,
                           const std::vector<api::RepositoryRevision>& revisions, const std::stop_token& stop);

/// Masks the binary packages of a partition that this build must not take, and gives the names ("category/name") of
/// which it must take none: no ebuild of them is left. The index is read: mend it before. Errors: Internal.
Part<std::vector<std::string>> choose_binaries(const Paths& paths, const api::Plan& plan,
                                               const std::vector<api::RepositoryRevision>& revisions,
                                               const std::string& partition, const std::stop_token& stop);

}  // namespace staves::portage
