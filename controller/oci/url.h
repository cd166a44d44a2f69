#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace staves::oci {

/// An absolute http or https address.
struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case, with the port when one was written
  std::string target;  ///< path and query, begins with '/'
  friend bool operator==(const Url&, const Url&) = default;
};

/// Errors: InvalidUrl (retry: never): no http address, or it carries a user name.
base::Result<Url> parse_url(std::string_view text);

/// What a Location header means to who asked `base`: absolute, "//host/path", "/path", or relative to its folder.
/// Errors: InvalidUrl (never).
base::Result<Url> resolve_location(const Url& base, std::string_view location);

std::string to_string(const Url& url);

/// Scheme, host and port: whom a credential belongs to.
std::string origin_of(const Url& url);

/// `target` with one more query parameter; the value is percent-encoded.
std::string with_query(std::string target, std::string_view name, std::string_view value);

std::string percent_encode(std::string_view text);

}  // namespace staves::oci
