#include "kube/exec_credentials.h"
#include "kube/file_credentials.h"
#include "kube/file_text.h"
#include "kube/kubeconfig.h"
#include "kube/server_address.h"

namespace staves::kube {

namespace {

std::unexpected<Error> invalid(const std::string& message) {
  return base::fail("InvalidKubeconfig", message, base::Retry::never());
}

template <class Entry>
Result<const Entry*> pick(const std::map<std::string, Entry>& entries, const std::string& name,
                          const std::string& what) {
  const auto found = entries.find(name);
  if (found == entries.end()) return invalid("there is no " + what + " '" + name + "'");
  return &found->second;
}

Done check_cluster(const KubeconfigCluster& cluster, const std::string& name) {
  const std::string who = "cluster '" + name + "' ";
  if (!parse_server_address(cluster.server))
    return invalid(who + "has a server that is not http(s)://host[:port][/path]");
  const bool has_ca = !cluster.ca.text.empty() || !cluster.ca.file.empty();
  if (cluster.insecure_skip_tls_verify && has_ca) {
    return invalid(who + "has both a certificate authority and insecure-skip-tls-verify");
  }
  if (cluster.server.starts_with("https://") && !has_ca && !cluster.insecure_skip_tls_verify) {
    return invalid(who + "has no certificate-authority; those of the system are not trusted");
  }
  if (!cluster.proxy_url.empty() && !cluster.proxy_url.starts_with("http://")) {
    return invalid(who + "has a proxy-url that does not begin with http://");
  }
  return {};
}

Done check_user(const KubeconfigUser& user, const std::string& name) {
  const std::string who = "user '" + name + "' ";
  if (!user.unsupported.empty()) return invalid(who + "has '" + user.unsupported + "', which is not supported");
  const bool has_certificate = !user.certificate.text.empty() || !user.certificate.file.empty();
  const bool has_key = !user.key.text.empty() || !user.key.file.empty();
  if (has_certificate != has_key) return invalid(who + "has only one of client-certificate and client-key");
  return {};
}

AccessSources sources_of(const KubeconfigCluster& cluster, const KubeconfigUser& user) {
  AccessSources sources;
  sources.fixed.tls.ca_pem = cluster.ca.text;
  sources.fixed.tls.server_name = cluster.tls_server_name;
  sources.fixed.tls.verify = !cluster.insecure_skip_tls_verify;
  sources.fixed.tls.certificate_pem = user.certificate.text;
  sources.fixed.tls.private_key_pem = user.key.text;
  sources.fixed.bearer_token = user.token;
  sources.ca_file = cluster.ca.file;
  sources.certificate_file = user.certificate.file;
  sources.key_file = user.key.file;
  sources.token_file = user.token_file;
  return sources;
}

}  // namespace

Result<Connection> connection_of(const Kubeconfig& config, const std::string& context,
                                 const std::map<std::string, std::string>& environment,
                                 std::shared_ptr<const base::Clock> clock) {
  const std::string& wanted = context.empty() ? config.current_context : context;
  if (wanted.empty()) return invalid("there is no current-context, and no context was asked for");
  TRY_ASSIGN(const auto* chosen, pick(config.contexts, wanted, "context"));
  TRY_ASSIGN(const auto* cluster, pick(config.clusters, chosen->cluster, "cluster"));
  TRY(check_cluster(*cluster, chosen->cluster));
  const KubeconfigUser nobody;
  const KubeconfigUser* user = &nobody;
  if (!chosen->user.empty()) {
    TRY_ASSIGN(user, pick(config.users, chosen->user, "user"));
  }
  TRY(check_user(*user, chosen->user));
  auto credentials = make_file_credentials(sources_of(*cluster, *user), clock);
  // A missing file is said now, and not by the first request.
  if (auto access = credentials->current({}); !access) return invalid(access.error().message);
  if (user->exec) {
    credentials = make_exec_credentials(std::move(credentials), {*user->exec, *cluster, environment}, std::move(clock));
  }
  return Connection{cluster->server, cluster->proxy_url, chosen->name_space, std::move(credentials)};
}

Result<Connection> connect_by_kubeconfig(const std::vector<std::filesystem::path>& files, const std::string& context,
                                         const std::map<std::string, std::string>& environment,
                                         std::shared_ptr<const base::Clock> clock) {
  Kubeconfig merged;
  bool any = false;
  for (const auto& file : files) {
    std::error_code failed;
    if (!std::filesystem::exists(file, failed) && !failed) continue;
    auto text = read_credential_file(file);
    if (!text) return invalid(text.error().message);
    auto config = parse_kubeconfig(*text, std::filesystem::absolute(file).parent_path());
    if (!config) return base::fail(std::move(config).error().within(file.string()));
    merged = merge_kubeconfigs(std::move(merged), *config);
    any = true;
  }
  if (!any) return invalid(files.empty() ? "no kubeconfig is named" : files.front().string() + " is not there");
  return connection_of(merged, context, environment, std::move(clock));
}

}  // namespace staves::kube
