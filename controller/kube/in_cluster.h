#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "kube/credentials.h"

namespace staves::kube {

/// Where the kubelet puts a pod's service account.
inline constexpr std::string_view service_account_directory = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The API server as a pod sees it: KUBERNETES_SERVICE_HOST and _PORT, token and CA files that are read again every 60
/// s. Errors: NotInCluster (retry: never) when the variables or the files are not there.
Result<Connection> connect_in_cluster(const std::map<std::string, std::string>& environment,
                                      const std::shared_ptr<const base::Clock>& clock,
                                      const std::filesystem::path& directory = service_account_directory);

}  // namespace staves::kube
