#include "kube/kubeconfig.h"

#include "tests/fuzz/target.h"

using namespace staves;

FUZZ_TARGET(kubeconfig) {
  const auto config = kube::parse_kubeconfig(bytes, "/directory");
  if (!config) {
    fuzz::must(config.error().code == "InvalidKubeconfig" && !config.error().message.empty(), "a refusal says why");
    return;
  }
  const auto merged = kube::merge_kubeconfigs(*config, *config);
  fuzz::must(merged.clusters.size() == config->clusters.size(), "merging with itself adds nothing");
}
