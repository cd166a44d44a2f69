#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/process.h"
#include "kube/credentials.h"
#include "kube/kubeconfig.h"

namespace staves::kube {

/// A credential plugin with all that it is told.
struct ExecPlugin {
  KubeconfigExec exec;
  KubeconfigCluster cluster;
  std::map<std::string, std::string> environment;  ///< ours
};

/// Runs a command and gives what it wrote; empty: base::capture_output.
using CaptureOutput = std::function<Result<std::string>(const base::Command&, std::stop_token)>;

/// Puts what a credential plugin says on top of `rest` (the CA and so on). The plugin runs without a shell, for at most
/// a minute, one at a time, and again when what it said expires or is refused. Errors of `current`:
/// CredentialsUnreadable (retry: soon); the message never quotes what the plugin wrote. Source:
/// client.authentication.k8s.io/v1.
std::shared_ptr<Credentials> make_exec_credentials(std::shared_ptr<Credentials> rest, ExecPlugin plugin,
                                                   std::shared_ptr<const base::Clock> clock,
                                                   CaptureOutput capture = {});

}  // namespace staves::kube
