#include "tests/support/fault_proxy/control.h"

#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "nlohmann/json.hpp"

namespace staves::test {

namespace {

constexpr std::chrono::milliseconds look{20};
constexpr std::chrono::seconds longest_wait{60};

}  // namespace

Control::Control(FaultProxy& proxy)
    : proxy_(proxy), server_([this](ServerConnection& connection) { serve(connection); }) {}

void Control::serve(ServerConnection& connection) {
  while (const auto request = connection.read_request()) {
    const Answer said = answer(*request);
    if (!connection.respond(said.status, said.body + "\n")) return;
  }
}

Control::Answer Control::answer(const SeenRequest& request) {
  const std::string what = request.method + " " + request.target;
  const auto outcome = [](const base::Done& done) {
    if (done) return Answer{};
    return Answer{400, base::to_canonical_json({{"code", done.error().code}, {"message", done.error().message}})};
  };
  if (what == "PUT /rules") return outcome(proxy_.put_rules(request.body));
  if (what == "DELETE /rules") return outcome(proxy_.put_rules(std::vector<Rule>()));
  if (what == "POST /token") return outcome(proxy_.doorway().swap_token());
  if (what == "POST /ca") return outcome(proxy_.doorway().swap_authority());
  if (what == "GET /counters") return {200, counters()};
  if (what == "DELETE /counters") {
    proxy_.counters().clear();
    return {};
  }
  if (what.starts_with("GET /wait/") && std::ranges::count(what, '/') == 3) {
    const auto slash = what.rfind('/');
    return wait_for(what.substr(10, slash - 10), std::strtoull(what.c_str() + slash + 1, nullptr, 10));
  }
  return {404, "{}"};
}

Control::Answer Control::wait_for(const std::string& fault, std::uint64_t count) {
  const auto until = std::chrono::steady_clock::now() + longest_wait;
  while (proxy_.book().hits()[fault] < count) {
    if (stop_.stop_requested() || std::chrono::steady_clock::now() >= until) return {504, "{}"};
    pause(look, stop_.get_token());
  }
  return {};
}

std::string Control::counters() const {
  return base::to_canonical_json({{"calls", proxy_.counters().calls()},
                                  {"writes", proxy_.counters().writes()},
                                  {"connections", proxy_.counters().connections()},
                                  {"faults", proxy_.book().hits()}});
}

}  // namespace staves::test
