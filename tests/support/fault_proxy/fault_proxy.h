#pragma once

#include <atomic>
#include <filesystem>
#include <list>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "kube/credentials.h"
#include "tests/support/fault_proxy/proxy_connection.h"

namespace staves::test {

struct FaultProxyOptions {
  std::string server;                 ///< of the real API server, "https://host:port[/path]"
  kube::Access access = {};           ///< who the proxy is to it
  std::filesystem::path directory;    ///< where kubeconfig, ca.crt and token go
  std::string address = "127.0.0.1";  ///< IPv4, to listen on
  int port = 0;                       ///< 0: any
  std::uint64_t seed = 1;
  std::filesystem::path pid_file = {};
};

/// Stands between a client and an API server, ends TLS on both sides, and breaks what its rules say. JSON over
/// HTTP/1.1.
class FaultProxy {
 public:
  /// Errors: those of Upstream and Doorway; AddressInUse (retry: never).
  static base::Result<std::unique_ptr<FaultProxy>> start(const FaultProxyOptions& options);
  /// Ends all connections.
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  /// These rules from now on, for running watches as well.
  /// Errors: ConnectFailed, ConnectionLost (retry: soon) when a Lag needs the server's newest version and it is gone.
  base::Done put_rules(std::vector<Rule> rules);
  /// The same from text. Errors: also InvalidRule (retry: never).
  base::Done put_rules(std::string_view json);

  int port() const { return port_; }
  std::filesystem::path kubeconfig() const { return parts_.doorway->kubeconfig(); }
  Doorway& doorway() { return *parts_.doorway; }
  RuleBook& book() { return parts_.book; }
  Counters& counters() { return parts_.counters; }

 private:
  struct Guest {
    std::atomic<bool> gone = false;
    std::jthread thread;
  };

  FaultProxy(const FaultProxyOptions& options, Upstream upstream, std::unique_ptr<Doorway> doorway);
  base::Done listen(const std::string& address, int port);
  void accept_all(const std::stop_token& stop);
  void serve(int socket);
  /// Swaps the authority and the token when a rule says that it is time.
  void keep_time(const std::stop_token& stop);

  ProxyParts parts_;
  int listener_ = -1;
  int port_ = 0;
  std::stop_source stop_;
  std::list<Guest> guests_;  ///< only the acceptor's
  std::jthread acceptor_;
  std::jthread timekeeper_;
};

}  // namespace staves::test
