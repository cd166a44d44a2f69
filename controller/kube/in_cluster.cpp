#include "kube/in_cluster.h"

#include "kube/file_credentials.h"
#include "kube/file_text.h"

namespace staves::kube {

namespace {

std::string value_of(const std::map<std::string, std::string>& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

}  // namespace

Result<Connection> connect_in_cluster(const std::map<std::string, std::string>& environment,
                                      const std::shared_ptr<const base::Clock>& clock,
                                      const std::filesystem::path& directory) {
  const std::string host = value_of(environment, "KUBERNETES_SERVICE_HOST");
  const std::string port = value_of(environment, "KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return base::fail("NotInCluster", "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set",
                      base::Retry::never());
  }
  Connection connection;
  const bool bare_ipv6 = host.contains(':') && !host.starts_with('[');
  connection.server = "https://" + (bare_ipv6 ? "[" + host + "]" : host) + ":" + port;
  connection.credentials = make_file_credentials({.fixed = {},
                                                  .ca_file = directory / "ca.crt",
                                                  .certificate_file = {},
                                                  .key_file = {},
                                                  .token_file = directory / "token"},
                                                 clock);
  if (auto access = connection.credentials->current({}); !access) {
    return base::fail("NotInCluster", "the pod's service account: " + access.error().message, base::Retry::never());
  }
  connection.name_space = read_credential_file(directory / "namespace").value_or("");
  return connection;
}

}  // namespace staves::kube
