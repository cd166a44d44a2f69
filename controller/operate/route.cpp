#include "operate/route.h"

#include "operate/config_map_reader.h"

namespace staves::operate {

namespace {

/// What a look-up asks for is small: who takes longer for it keeps others waiting.
constexpr std::chrono::seconds longest_exchange{30};

base::Result<std::string> read_roots(const api::StavesBuilder& builder, const ReadConfigMap& read_config_map) {
  const api::CaBundle& bundle = builder.spec.ca_bundle;
  if (bundle.config_map_name.empty()) return std::string();
  const auto refused = [&](std::string what) {
    return base::fail("ConfigMapNotFound", std::move(what), base::Retry::when_spec_changes());
  };
  auto text = read_config_map({builder.meta.name_space, bundle.config_map_name}, bundle.config_map_key);
  if (!text && text.error().code == "ConfigMapNotFound") {
    return refused(text.error().message + " or correct spec.trust.caBundle.configMapRef");
  }
  if (!text) return text;
  const std::string which = "the key " + bundle.config_map_key + " of ConfigMap " + bundle.config_map_name;
  if (text->size() > most_config_map_bytes) {
    return refused(which + " has more than 64 KiB; only the roots that the system lacks need to be there");
  }
  if (!text->contains("-----BEGIN CERTIFICATE-----")) {
    return refused(which + " has no PEM certificate; put the roots there that builds are to trust");
  }
  return text;
}

}  // namespace

base::Result<Route> route_of(const api::StavesBuilder& builder, const ReadConfigMap& read_config_map) {
  TRY_ASSIGN(const auto roots, read_roots(builder, read_config_map));
  const api::Proxy& proxy = builder.spec.proxy;
  return Route{.insecure_registries = builder.spec.insecure_registries,
               .extra_ca_pem = roots,
               .proxy = proxy.https,
               .plain_proxy = proxy.http,
               .no_proxy = proxy.no_proxy};
}

oci::TransportOptions transport_options(const Route& route) {
  oci::TransportOptions options;
  options.extra_ca_pem = route.extra_ca_pem;
  options.proxy = route.proxy;
  options.no_proxy = route.no_proxy;
  options.total = longest_exchange;
  return options;
}

oci::TransportOptions transport_options(const Route& route, std::string_view uri) {
  oci::TransportOptions options = transport_options(route);
  if (uri.starts_with("http://")) options.proxy = route.plain_proxy;
  return options;
}

}  // namespace staves::operate
