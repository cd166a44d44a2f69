#include "kube/connection.h"

#include <unistd.h>

#include "kube/in_cluster.h"
#include "kube/kubeconfig.h"

namespace staves::kube {

namespace {

std::vector<std::filesystem::path> split_list(std::string_view list) {
  std::vector<std::filesystem::path> paths;
  while (!list.empty()) {
    const auto colon = std::min(list.find(':'), list.size());
    if (colon > 0) paths.emplace_back(list.substr(0, colon));
    list.remove_prefix(std::min(colon + 1, list.size()));
  }
  return paths;
}

}  // namespace

Result<Connection> find_connection(const ConnectionChoice& choice, std::shared_ptr<const base::Clock> clock) {
  const auto& environment = choice.environment;
  const auto by_files = [&](const std::vector<std::filesystem::path>& files) {
    return connect_by_kubeconfig(files, choice.context, environment, clock);
  };
  if (!choice.kubeconfig.empty()) return by_files({choice.kubeconfig});
  if (const auto list = environment.find("KUBECONFIG"); list != environment.end() && !list->second.empty()) {
    return by_files(split_list(list->second));
  }
  if (environment.contains("KUBERNETES_SERVICE_HOST")) return connect_in_cluster(environment, clock);
  if (const auto home = environment.find("HOME"); home != environment.end()) {
    const auto file = std::filesystem::path(home->second) / ".kube" / "config";
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return by_files({file});
  }
  return base::fail("NoClusterConfiguration",
                    "there is no --kubeconfig, no KUBECONFIG, no service account and no ~/.kube/config",
                    base::Retry::never());
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace staves::kube
