#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "base/files.h"
#include "kube/connection.h"
#include "nlohmann/json.hpp"
#include "tests/support/fault_proxy/control.h"

namespace {

using staves::base::Done;

struct Wishes {
  std::string kubeconfig;
  std::string rules;
  staves::test::FaultProxyOptions proxy;
};

/// Runs until SIGINT or SIGTERM, which the caller has blocked.
Done run(Wishes wishes, const sigset_t& ends) {
  const auto clock = std::make_shared<staves::base::SystemClock>();
  TRY_ASSIGN(const auto connection,
             staves::kube::find_connection({wishes.kubeconfig, "", staves::kube::process_environment()}, clock));
  TRY_ASSIGN(const auto access, connection.credentials->current({}));
  wishes.proxy.server = connection.server;
  wishes.proxy.access = *access;
  TRY_ASSIGN(const auto proxy, staves::test::FaultProxy::start(wishes.proxy));
  if (!wishes.rules.empty()) {
    TRY_ASSIGN(const std::string rules, staves::base::read_file(wishes.rules));
    TRY(proxy->put_rules(rules));
  }
  const staves::test::Control control(*proxy);
  std::cout << staves::base::to_canonical_json({{"kubeconfig", proxy->kubeconfig().string()},
                                                {"port", proxy->port()},
                                                {"control", control.origin()}})
            << std::endl;
  int signal = 0;
  ::sigwait(&ends, &signal);
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  CLI::App app{"Stands between a client and an API server and breaks what its rules say"};
  Wishes wishes;
  std::string directory;
  std::string pid_file;
  app.add_option("--kubeconfig", wishes.kubeconfig, "Of the real API server; else KUBECONFIG of the environment");
  app.add_option("--directory", directory, "Where the proxy's own kubeconfig, ca.crt and token go")->required();
  app.add_option("--listen", wishes.proxy.address, "IPv4 address")->capture_default_str();
  app.add_option("--port", wishes.proxy.port, "0: any")->capture_default_str();
  app.add_option("--rules", wishes.rules,
                 "JSON file: {\"rules\": [{\"fault\": \"status\", \"status\": 503, \"every\": 2}]}");
  app.add_option("--seed", wishes.proxy.seed, "Of the rules with a chance")->capture_default_str();
  app.add_option("--pid-file", pid_file, "Number of the process that the fault 'crash' kills");
  CLI11_PARSE(app, count, arguments);
  wishes.proxy.directory = directory;
  wishes.proxy.pid_file = pid_file;

  sigset_t ends;
  ::sigemptyset(&ends);
  ::sigaddset(&ends, SIGINT);
  ::sigaddset(&ends, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const Done done = run(std::move(wishes), ends);
  if (!done) std::cerr << "fault-proxy: error: " << done.error().message << '\n';
  return done ? 0 : 1;
}
