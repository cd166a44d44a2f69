#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::base {

/// Where an HTTP server is.
struct Origin {
  bool secure = false;
  std::string host;  ///< a name or an address, one of IPv6 without its brackets
  std::string port;  ///< never empty

  /// "host:port", an address of IPv6 in brackets: what a Host header and CONNECT say.
  std::string authority() const;
};

/// Reads "http(s)://host[:port]" without path, user or password.
/// Errors: InvalidOrigin (retry: never).
Result<Origin> parse_origin(std::string_view text);

}  // namespace staves::base
