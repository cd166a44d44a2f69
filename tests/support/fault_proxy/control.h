#pragma once

#include <string>

#include "tests/support/fault_proxy/fault_proxy.h"
#include "tests/support/scripted_server.h"

namespace staves::test {

/// Steers a proxy over plain HTTP on loopback:
///   PUT /rules      these rules ({"rules": [...]}) instead of those before; DELETE /rules takes all away
///   GET /counters   {"calls": {"<verb> <resource>": n}, "writes": n, "connections": n, "faults": {"<name>": n}}
///   DELETE /counters
///   POST /token     a new token in the token file
///   POST /ca        a new certificate authority
///   GET /wait/<fault>/<count>   answers when the fault has happened so often (504 after a minute)
class Control {
 public:
  explicit Control(FaultProxy& proxy);
  std::string origin() const { return server_.origin(); }

 private:
  struct Answer {
    int status = 200;
    std::string body = "{}";
  };

  void serve(ServerConnection& connection);
  Answer answer(const SeenRequest& request);
  Answer wait_for(const std::string& fault, std::uint64_t count);
  std::string counters() const;

  FaultProxy& proxy_;
  std::stop_source stop_;
  ScriptedServer server_;  ///< last but one: its threads use all of the above
  struct Stopper {
    std::stop_source& stop;
    ~Stopper() { stop.request_stop(); }
  } stopper_{stop_};
};

}  // namespace staves::test
