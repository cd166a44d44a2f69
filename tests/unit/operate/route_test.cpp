#include "operate/route.h"

#include <gtest/gtest.h>

namespace staves::operate {
namespace {

constexpr const char* a_root = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

api::StavesBuilder builder_with_roots() {
  api::StavesBuilder builder;
  builder.meta.name_space = "team-a";
  builder.spec.ca_bundle = {.config_map_name = "roots", .config_map_key = "pem"};
  builder.spec.insecure_registries = {"localhost:5000"};
  builder.spec.proxy = {.http = "", .https = "http://proxy.example:3128", .no_proxy = ".svc"};
  return builder;
}

ReadConfigMap that_says(base::Result<std::string> text) {
  return [text](const kube::ObjectKey& config_map, const std::string& key) {
    EXPECT_EQ(to_text(config_map), "team-a/roots");
    EXPECT_EQ(key, "pem");
    return text;
  };
}

std::string refusal(base::Result<std::string> text) {
  const auto route = route_of(builder_with_roots(), that_says(std::move(text)));
  return route ? "taken" : route.error().code + ": " + route.error().message;
}

TEST(Route, HasTheRootsOfTheConfigMapAndTheProxy) {
  const auto route = route_of(builder_with_roots(), that_says(a_root));
  ASSERT_TRUE(route);
  EXPECT_EQ(route->insecure_registries, std::vector<std::string>{"localhost:5000"});
  const auto options = transport_options(*route);
  EXPECT_EQ(options.extra_ca_pem, a_root);
  EXPECT_EQ(options.proxy, "http://proxy.example:3128");
  EXPECT_EQ(options.no_proxy, ".svc");
}

TEST(Route, ToAnOverlayByPlainHttpTakesTheProxyForThat) {
  api::StavesBuilder builder = builder_with_roots();
  builder.spec.proxy.http = "http://plain.example:3128";
  const auto route = route_of(builder, that_says(a_root));
  ASSERT_TRUE(route);
  EXPECT_EQ(transport_options(*route, "http://git.example/ours").proxy, "http://plain.example:3128");
  EXPECT_EQ(transport_options(*route, "https://git.example/ours").proxy, "http://proxy.example:3128");
  EXPECT_EQ(transport_options(*route).proxy, "http://proxy.example:3128") << "registries";
  EXPECT_EQ(transport_options(*route, "http://git.example/ours").extra_ca_pem, a_root);
}

TEST(Route, GivesLookUpsAnEnd) {
  EXPECT_EQ(transport_options({}).total, std::chrono::seconds(30));
  EXPECT_EQ(transport_options({}, "http://git.example/ours").total, std::chrono::seconds(30));
}

TEST(Route, OfABuilderThatNamesNoConfigMapReadsNone) {
  api::StavesBuilder builder = builder_with_roots();
  builder.spec.ca_bundle = {};
  const auto route = route_of(builder, [](const kube::ObjectKey&, const std::string&) -> base::Result<std::string> {
    ADD_FAILURE() << "a ConfigMap was read";
    return "";
  });
  ASSERT_TRUE(route);
  EXPECT_TRUE(route->extra_ca_pem.empty());
}

TEST(Route, SaysWhatIsWrongWithTheConfigMap) {
  EXPECT_EQ(refusal("no certificate"),
            "ConfigMapNotFound: the key pem of ConfigMap roots has no PEM certificate; put the roots there that builds "
            "are to trust");
  EXPECT_EQ(refusal(a_root + std::string(70'000, ' ')),
            "ConfigMapNotFound: the key pem of ConfigMap roots has more than 64 KiB; only the roots that the system "
            "lacks need to be there");
  EXPECT_EQ(refusal(base::fail("ConfigMapNotFound", "there is none; create it", base::Retry::when_spec_changes())),
            "ConfigMapNotFound: there is none; create it or correct spec.trust.caBundle.configMapRef");
  EXPECT_EQ(refusal(base::fail("Unavailable", "the server is away", base::Retry::soon())),
            "Unavailable: the server is away");
}

}  // namespace
}  // namespace staves::operate
