#pragma once

#include <string>
#include <string_view>

#include "kube/resource.h"

namespace staves::kube {

/// An API server's address in its two parts.
struct ServerAddress {
  std::string origin;  ///< "https://host:port", the port always there
  std::string path;    ///< "/clusters/a" without a slash at its end; mostly empty
};

/// Errors: InvalidServer (retry: never) when it is not http(s)://host[:port][/path]; names and passwords in it are
/// refused.
Result<ServerAddress> parse_server_address(std::string_view server);

}  // namespace staves::kube
