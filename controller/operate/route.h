#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "api/stavesbuilder.h"
#include "base/shared_text.h"
#include "oci/registry.h"
#include "operate/observe_image.h"

namespace staves::operate {

/// How servers are reached: what the spec.trust and spec.proxy of a builder say.
struct Route {
  std::vector<std::string> insecure_registries;  ///< host[:port] spoken to in plain http
  base::SharedText extra_ca_pem;                 ///< trusted beside the system's roots
  base::SharedText proxy;                        ///< "http://host:port", for https:// and registries; empty: none
  base::SharedText plain_proxy;                  ///< the same for http://
  base::SharedText no_proxy;                     ///< what is reached without it
  friend auto operator<=>(const Route&, const Route&) = default;
};

/// The route of a builder's builds and look-ups. Errors: ConfigMapNotFound (retry: when the spec changes; a change of
/// the ConfigMap wakes the builder) when it has no certificate, or more than 64 KiB; those of `read_config_map`.
base::Result<Route> route_of(const api::StavesBuilder& builder, const ReadConfigMap& read_config_map);

/// The same in the words of the transport, for a look-up in a registry.
oci::TransportOptions transport_options(const Route& route);
/// The same for a server of overlays, whose URI says which proxy leads there.
oci::TransportOptions transport_options(const Route& route, std::string_view uri);

}  // namespace staves::operate
