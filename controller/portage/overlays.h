#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "api/plan.h"
#include "portage/part.h"
#include "portage/paths.h"

namespace staves::portage {

/// A repository beside the tree, where this build has it.
struct Overlay {
  std::string name;
  std::string location;  ///< absolute path inside `emerge`
  std::int64_t priority = 0;
  std::string revision;   ///< of type git; else empty
  std::string sync_type;  ///< empty: it is there already
  std::string sync_uri;
};

/// Where the overlays of the plan are or will be; `revisions` are those that `sources` has brought.
/// Errors: Internal for one that is not there.
Part<std::vector<Overlay>> locate_overlays(const Paths& paths, const api::Plan& plan,
                                           const std::vector<api::RepositoryRevision>& revisions);

/// Sections of repos.conf, one an overlay. An overlay that names no masters has the tree as its master.
std::string overlay_sections(const Paths& paths, const std::vector<Overlay>& overlays, const std::string& tree);

/// Brings the overlays that Portage itself has to bring, one after the other. repos.conf and make.conf are written
/// before. Errors: RepositoryUnreachable, with what Portage says; InvalidConfiguration for one that is no repository.
Part<> sync_overlays(const Paths& paths, const std::vector<Overlay>& overlays, const std::stop_token& stop);

/// What makes every binary package carry the revisions of the overlays (REPO_REVISIONS); text for /etc/portage/bashrc,
/// empty when there are none. Portage finds revisions out only in repositories that it brings itself.
std::string revisions_hook(const std::vector<Overlay>& overlays);

}  // namespace staves::portage
