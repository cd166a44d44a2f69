#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/descriptor.h"
#include "base/result.h"

namespace staves::operate {

/// A page for machines: probes and metrics.
struct Page {
  int status = 200;
  std::string text;
};

/// Answers GET with pages, on one thread. A client that is slow, silent or rude holds nobody up: each has 5 seconds, at
/// most 64 are served at once, and requests above 8 KiB are dropped.
class PageServer {
 public:
  using Pages = std::map<std::string, std::function<Page()>>;  ///< by path; called on the server's thread

  /// Listens on "host:port", "[host]:port" or ":port" (all addresses).
  /// Errors: InvalidAddress (retry: never), AddressInUse (never).
  static base::Result<std::unique_ptr<PageServer>> listen(const std::string& address, Pages pages);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  /// The port that it got: of interest when 0 was asked for.
  int port() const { return port_; }

 private:
  PageServer(base::Descriptor listener, int port, Pages pages);
  void serve();

  base::Descriptor listener_;
  base::Descriptor stop_;
  int port_;
  Pages pages_;
  std::thread thread_;
};

}  // namespace staves::operate
