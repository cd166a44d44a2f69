#include "oci/plain_hosts.h"

#include <algorithm>

#include "oci/reference.h"

namespace staves::oci {

using base::fail;
using base::Result;
using base::Retry;

bool PlainHosts::contains(std::string_view host) const {
  return std::ranges::find(hosts_, host) != hosts_.end();
}

bool PlainHosts::allow(const Url& url) const {
  if (url.scheme == "https") return true;
  return std::ranges::any_of(hosts_, [&](const std::string& host) {
    const auto listed = parse_url("http://" + api_host(host));
    return listed && origin_of(*listed) == origin_of(url);
  });
}

Result<Url> PlainHosts::follow(const Url& from, std::string_view location) const {
  TRY_ASSIGN(auto to, resolve_location(from, location));
  if (allow(to)) return to;
  // The host alone, or with a port that says nothing, is the one at the usual port.
  Url secured{"https", to.host.ends_with(":80") ? to.host.substr(0, to.host.size() - 3) : to.host, to.target};
  if (from.scheme == "https" && origin_of(secured) == origin_of(from)) return secured;
  return fail("RegistryRefused",
              from.host + " sends on to " + origin_of(to) + ", which is plain http and was not followed: let it name " +
                  "https addresses (behind a proxy that ends TLS: X-Forwarded-Proto), or add " + to.host +
                  " to the StavesBuilder's spec.trust.insecureRegistries",
              Retry::when_spec_changes());
}

}  // namespace staves::oci
