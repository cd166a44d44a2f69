#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace staves::operate {

/// What staves-controller is started with. The defaults here are the defaults; help, chart and documents follow them.
struct Options {
  std::string kubeconfig;      ///< --kubeconfig: a file; empty: KUBECONFIG, the pod's service account, ~/.kube/config
  std::string context;         ///< --context: of the kubeconfig; empty: its current one
  std::string name_space;      ///< --namespace: the only one to look after; empty: all
  std::string operator_image;  ///< --operator-image: image of tools, sources and publish; required
  std::string operator_pull_policy = "IfNotPresent";  ///< --operator-pull-policy: of that image in build pods
  bool image_volumes = false;                         ///< --image-volumes on|off: the cluster mounts images as volumes
  bool user_namespaces = false;  ///< --user-namespaces on|off: the cluster's nodes have user namespaces
  int workers = 4;               ///< --workers: resources that are looked at at once; 1..64
  int round_seconds = 60;        ///< --round-seconds: after which a round gives up what it waits for; 1..3600
  bool leader_elect = false;     ///< --leader-elect on|off: work only while holding the lease
  std::string lease_namespace;   ///< --leader-elect-namespace: of the lease; empty: the pod's own
  std::string lease_name = "staves-controller";  ///< --leader-elect-name: of the lease; one for each installation
  std::string metrics_address = ":8080";         ///< --metrics-address: host:port of /metrics; "0": nowhere
  std::string health_address = ":8081";          ///< --health-address: host:port of /healthz and /readyz; "0": nowhere
  double kube_api_qps = 0;         ///< --kube-api-qps: requests a second, watches left out; 0: no limit; ..10000
  int kube_api_burst = 0;          ///< --kube-api-burst: requests at once; 0: twice the qps; ..20000
  std::string log_level = "info";  ///< --log-level: debug, info, warning, error
  int drain_seconds = 30;          ///< --drain-seconds: how long SIGTERM waits for rounds under way; 0..600
};

/// What the command line asks for.
struct CommandLine {
  Options options;
  std::string text;  ///< not empty: print it and end with success (--help, --version)
};

/// Reads the arguments after the program's name.
/// Errors: InvalidOptions (retry: never), with what is wrong and where help is.
base::Result<CommandLine> parse_options(const std::vector<std::string>& arguments, std::string_view version);

}  // namespace staves::operate
