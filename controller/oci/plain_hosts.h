#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oci/url.h"

namespace staves::oci {

/// The hosts that may be spoken to in plain http, and what follows from that for every address that a server names:
/// where a redirect leads, where an upload goes on, where tokens are given out. Nothing goes to any other host in plain
/// http, neither a credential nor a byte of a layer, whoever names it.
class PlainHosts {
 public:
  /// `hosts` as host[:port] in names of images.
  explicit PlainHosts(std::vector<std::string> hosts) : hosts_(std::move(hosts)) {}

  /// Whether the registry of that host, as names of images have it, is spoken to in plain http.
  bool contains(std::string_view host) const;

  /// Whether a request may go to `url`: over TLS, or to one of the hosts.
  bool allow(const Url& url) const;

  /// Where a Location header leads who asked `from`. A server behind a proxy that ends TLS often names itself with
  /// http: that is taken as https. It is safe, because it is the very server that gave the header over TLS; with
  /// another port it could be another one. Errors: RegistryRefused (retry: when the spec changes): plain http to a host
  /// that may not be spoken to so; InvalidUrl (never).
  base::Result<Url> follow(const Url& from, std::string_view location) const;

 private:
  std::vector<std::string> hosts_;
};

}  // namespace staves::oci
