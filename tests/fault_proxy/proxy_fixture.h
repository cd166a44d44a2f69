#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/fault_proxy/control.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace staves::test {

/// A proxy before a scripted API server, and a client that sees every byte.
class FaultProxyTest : public testing::Test {
 protected:
  /// What the API server does with a request; by default it says its method and target.
  using Answer = std::function<void(ServerConnection&, const SeenRequest&)>;

  void SetUp() override;

  void answer_with(Answer answer);
  /// From now on the API server ends each connection after its first answer.
  void hang_up_after_answers() { hangs_up_ = true; }
  /// JSON text of the list of rules.
  void rules(const std::string& list);
  /// What the API server has seen, "METHOD /target body".
  std::vector<std::string> seen();
  /// Waits for it until the proxy has noted a fault so often.
  void wait_for(Fault fault, std::uint64_t count);
  /// Waits until the server behind the proxy has seen as many requests.
  void wait_for_calls(std::size_t count);

  /// A connection to the proxy that trusts its newest authority.
  Line connect();
  std::string request_text(const std::string& method, const std::string& target, const std::string& body = "",
                           const std::string& token = "");
  struct Heard {
    int status = 0;  ///< 0: no answer, or none that is whole
    Head head = {};
    std::string body = {};
    bool whole = false;
  };
  /// One request on one connection.
  Heard ask(Line& line, const std::string& method, const std::string& target, const std::string& body = "",
            const std::string& token = "");
  Heard ask(const std::string& method, const std::string& target, const std::string& body = "");
  /// Reads an answer; what came of its body counts also when it breaks off.
  Heard hear(Line& line);

  FaultProxy& proxy() { return *proxy_; }
  const TemporaryDirectory& directory() const { return directory_; }

  static constexpr std::chrono::milliseconds patience{10'000};

 private:
  void serve(ServerConnection& connection);

  TemporaryDirectory directory_;
  std::mutex mutex_;
  std::vector<std::string> seen_;
  Answer answer_;
  std::atomic<bool> hangs_up_ = false;
  CertificateAuthority authority_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<FaultProxy> proxy_;
};

/// One event of a watch.
std::string event_line(const std::string& type, const std::string& name, const std::string& version);

}  // namespace staves::test
