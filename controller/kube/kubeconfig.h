#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "kube/credentials.h"

namespace staves::kube {

/// A PEM text that stands in the kubeconfig, or the file that holds it.
struct KubeconfigPem {
  std::string text;            ///< decoded; empty: see `file`
  std::filesystem::path file;  ///< absolute; empty when `text` is set or there is none
};

struct KubeconfigCluster {
  std::string server;
  KubeconfigPem ca;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string proxy_url;
};

/// A credential plugin. Source: client.authentication.k8s.io, ExecConfig.
struct KubeconfigExec {
  std::string command;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  ///< on top of ours
  std::string api_version;
  bool provide_cluster_info = false;
};

struct KubeconfigUser {
  KubeconfigPem certificate;
  KubeconfigPem key;
  std::string token;
  std::filesystem::path token_file;
  std::optional<KubeconfigExec> exec;
  std::string unsupported;  ///< the name of a member that we cannot honour; such a user may not be used
};

struct KubeconfigContext {
  std::string cluster;
  std::string user;
  std::string name_space;
};

/// The part of kubeconfig files that matters here; of entries with one name the first wins.
struct Kubeconfig {
  std::string current_context;
  std::map<std::string, KubeconfigCluster> clusters;
  std::map<std::string, KubeconfigUser> users;
  std::map<std::string, KubeconfigContext> contexts;
};

/// Reads one file's text; relative paths in it are relative to `directory`. At most 1 MiB, nested at most 16 levels.
/// Errors: InvalidKubeconfig (retry: never), with the entry that is wrong; the message never quotes a value of a
/// credential.
Result<Kubeconfig> parse_kubeconfig(std::string_view yaml, const std::filesystem::path& directory);

/// Puts `other` behind `first`: what `first` has stays.
Kubeconfig merge_kubeconfigs(Kubeconfig first, const Kubeconfig& other);

/// The connection that a context names; an empty context means the current one.
/// Errors: InvalidKubeconfig (retry: never).
Result<Connection> connection_of(const Kubeconfig& config, const std::string& context,
                                 const std::map<std::string, std::string>& environment,
                                 std::shared_ptr<const base::Clock> clock);

/// Reads, merges and picks. Files that are not there are left out, unless none is there.
/// Errors: InvalidKubeconfig (retry: never).
Result<Connection> connect_by_kubeconfig(const std::vector<std::filesystem::path>& files, const std::string& context,
                                         const std::map<std::string, std::string>& environment,
                                         std::shared_ptr<const base::Clock> clock);

}  // namespace staves::kube
