#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/fault_proxy/counters.h"
#include "tests/support/fault_proxy/doorway.h"
#include "tests/support/fault_proxy/faulty_body.h"
#include "tests/support/fault_proxy/rule_book.h"
#include "tests/support/fault_proxy/upstream.h"

namespace staves::test {

/// What all connections share.
struct ProxyParts {
  RuleBook book;
  Counters counters;
  std::unique_ptr<Doorway> doorway;
  Upstream upstream;
  std::filesystem::path pid_file;  ///< of the process that Crash kills; empty: none, the connection only falls silent
};

/// Serves one client's connection until one side ends it.
class ProxyConnection {
 public:
  ProxyConnection(ProxyParts& parts, std::unique_ptr<ByteStream> client);
  void serve();

 private:
  /// The faults that are decided once a call.
  struct CallFaults {
    std::optional<Rule> status, delay, crash, swallow, lose, duplicate, slow, truncate;
  };

  std::optional<Head> next_request();
  CallFaults faults_of(const Call& call);
  /// False: the connection is to end.
  bool handle(const Head& request, const std::string& body);
  bool refuses(const Call& call, const Head& request);
  /// True: the client gets no answer to this any more.
  bool falls_silent(const CallFaults& faults, const std::string& when);
  bool forward(const Head& request, const std::string& target, const std::string& body, const Call& call,
               const CallFaults& faults);
  std::optional<Head> ask_upstream(const std::string& request, bool repeatable);
  bool relay_stream(const Head& head, const Call& call, const CallFaults& faults);
  bool answer_whole(Head head, std::string body, const CallFaults& faults);

  ProxyParts& parts_;
  Line client_;
  std::optional<Line> upstream_;
  std::uint64_t edition_;
};

}  // namespace staves::test
