#pragma once

#include <optional>
#include <string_view>

#include "tests/support/fault_proxy/http_message.h"
#include "tests/support/fault_proxy/rule_book.h"

namespace staves::test {

/// Waits, unless the proxy is to stop.
void pause(std::chrono::milliseconds time, const std::stop_token& stop);

/// Keeps the connection open without a word until the client leaves.
void hold_until_client_leaves(Line& client);

/// What happens to the body of one answer.
struct BodyFaults {
  std::optional<Rule> slow;
  std::optional<Rule> truncate;
  std::optional<Rule> swallow;  ///< after some bytes
};

/// Writes the body of an answer, and does to it what the rules say.
class FaultyBody {
 public:
  /// `chunked`: each piece becomes a chunk; else the head had a length.
  FaultyBody(Line& client, bool chunked, BodyFaults faults);

  /// False: the connection is to end now.
  bool write(std::string_view piece);
  /// Says that the body is whole. False: the connection is to end now.
  bool finish();

 private:
  bool send(std::string_view piece);
  bool send_slowly(std::string_view piece);

  Line& client_;
  bool chunked_;
  BodyFaults faults_;
  std::uint64_t sent_ = 0;
};

}  // namespace staves::test
