#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "kube/credentials.h"

namespace staves::kube {

/// How to find the cluster. In this order: `kubeconfig`, the environment's KUBECONFIG (a list of files), the pod's
/// service account, ~/.kube/config.
struct ConnectionChoice {
  std::filesystem::path kubeconfig = {};  ///< the user's word; empty: none
  std::string context = {};               ///< empty: the current-context of the file
  std::map<std::string, std::string> environment = {};
};

/// Errors: those of connect_by_kubeconfig and connect_in_cluster; NoClusterConfiguration (retry: never) when nothing is
/// there.
Result<Connection> find_connection(const ConnectionChoice& choice, std::shared_ptr<const base::Clock> clock);

/// This process's environment, for ConnectionChoice.
std::map<std::string, std::string> process_environment();

}  // namespace staves::kube
