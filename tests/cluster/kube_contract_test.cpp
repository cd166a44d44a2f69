#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "kube/connection.h"
#include "kube/events.h"
#include "kube/file_credentials.h"
#include "kube/http_cluster.h"
#include "kube/pem.h"
#include "tests/contract/cluster_contract.h"

namespace staves::contract {
namespace {

using base::Json;
using namespace std::chrono_literals;

const kube::ResourceType namespaces{"", "v1", "namespaces", "Namespace"};
const kube::ResourceType secrets{"", "v1", "secrets", "Secret"};
const kube::ResourceType service_accounts{"", "v1", "serviceaccounts", "ServiceAccount"};
const kube::ResourceType config_maps{"", "v1", "configmaps", "ConfigMap"};
const kube::ResourceType events{"events.k8s.io", "v1", "events", "Event"};

kube::Connection connection() {
  auto found =
      kube::find_connection({.environment = kube::process_environment()}, std::make_shared<base::SystemClock>());
  if (found) return *found;
  ADD_FAILURE() << "this test needs a cluster in KUBECONFIG: " << found.error().message;
  std::exit(1);
}

std::shared_ptr<kube::Cluster> cluster_by(kube::Connection connection) {
  auto cluster = kube::make_http_cluster({.connection = std::move(connection), .field_manager = "kube-contract"});
  EXPECT_TRUE(cluster) << cluster.error().message;
  return std::move(*cluster);
}

/// The cluster of KUBECONFIG, with a namespace that is made before the first case and removed after the last.
class RealCluster : public ::testing::Environment {
 public:
  void SetUp() override {
    std::random_device random;
    const auto environment = kube::process_environment();
    const auto watch_list = environment.find("STAVES_WATCH_LIST");
    const bool streams_lists = watch_list == environment.end() || watch_list->second != "off";
    under_test_ = {cluster_by(connection()), "kube-contract-" + std::to_string(random()), streams_lists};
    const Json body{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", under_test_.name_space}}}};
    const auto made = under_test_.cluster->create(namespaces, "", body.dump());
    ASSERT_TRUE(made) << made.error().message;
  }
  void TearDown() override { EXPECT_TRUE(under_test_.cluster->remove(namespaces, {"", under_test_.name_space}, {})); }
  const ClusterUnderTest& under_test() const { return under_test_; }

 private:
  ClusterUnderTest under_test_;
};

RealCluster& real() {
  static auto* environment = static_cast<RealCluster*>(::testing::AddGlobalTestEnvironment(new RealCluster));
  return *environment;
}
const RealCluster& registered = real();

/// The token of a fresh service account: the cluster writes it into a Secret that asks for it.
std::string token_of_new_account(const std::string& name) {
  const auto& [cluster, name_space, streams_lists] = real().under_test();
  const Json account{{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", {{"name", name}}}};
  EXPECT_TRUE(cluster->create(service_accounts, name_space, account.dump()));
  const Json secret{{"apiVersion", "v1"},
                    {"kind", "Secret"},
                    {"type", "kubernetes.io/service-account-token"},
                    {"metadata", {{"name", name}, {"annotations", {{"kubernetes.io/service-account.name", name}}}}}};
  const auto made = cluster->create(secrets, name_space, secret.dump());
  EXPECT_TRUE(made) << made.error().message;
  std::string token;
  const kube::WatchQuery query{.name_space = name_space,
                               .field_selector = "metadata.name=" + name,
                               .resource_version = made->at("metadata").at("resourceVersion"),
                               .timeout = 20s};
  EXPECT_TRUE(cluster->watch(secrets, query, [&](kube::WatchEventType, const Json& object) {
    if (object.contains("data") && object["data"].contains("token")) token = object["data"]["token"];
    return token.empty();
  }));
  return kube::decode_base64(token).value_or("");
}

kube::Connection connection_with_token(const std::string& token) {
  kube::Connection with_token = connection();
  const auto access = *with_token.credentials->current({});
  kube::AccessSources sources;
  sources.fixed.tls.ca_pem = access->tls.ca_pem;
  sources.fixed.tls.server_name = access->tls.server_name;
  sources.fixed.bearer_token = token;
  with_token.credentials = kube::make_file_credentials(std::move(sources), std::make_shared<base::SystemClock>());
  return with_token;
}

TEST(RealServer, ATokenSaysWhoWeAre) {
  const std::string token = token_of_new_account("reader");
  ASSERT_FALSE(token.empty());
  const auto cluster = cluster_by(connection_with_token(token));
  const auto read = cluster->get(config_maps, {real().under_test().name_space, "kube-root-ca.crt"});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "Forbidden");
  EXPECT_NE(read.error().message.find("system:serviceaccount:" + real().under_test().name_space + ":reader"),
            std::string::npos)
      << read.error().message;
}

TEST(RealServer, ABadTokenIsUnauthorized) {
  const auto read = cluster_by(connection_with_token("no-token-of-this-cluster"))->get(config_maps, {"default", "x"});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "Unauthorized");
}

TEST(RealServer, AServerThatTheAuthorityDidNotSignIsNotTalkedTo) {
  kube::Connection elsewhere = connection_with_token("secret");
  kube::AccessSources sources;
  sources.fixed.bearer_token = "secret";
  elsewhere.credentials = kube::make_file_credentials(std::move(sources), std::make_shared<base::SystemClock>());
  const auto read = cluster_by(std::move(elsewhere))->get(config_maps, {"default", "x"});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "TlsFailed") << read.error().message;
}

TEST(RealServer, EventsAreTakenAndRepeatsBecomeASeries) {
  const auto& [cluster, name_space, streams_lists] = real().under_test();
  {
    kube::EventWriter writer({.controller = "kube-contract", .instance = "test"}, *cluster,
                             std::make_shared<base::SystemClock>());
    for (int i = 0; i < 3; ++i) {
      writer.record({config_maps, {name_space, "kube-root-ca.crt"}, "", true, "Tried", "Try", "it was tried"});
    }
  }
  std::vector<Json> found;
  const auto page = cluster->list(events, {.name_space = name_space, .field_selector = "reason=Tried"},
                                  [&](const Json& event) { found.push_back(event); });
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at("series").at("count"), 2);
  EXPECT_EQ(found[0].at("reportingController"), "kube-contract");
}

INSTANTIATE_TEST_SUITE_P(RealServer, ClusterContract,
                         ::testing::Values(ClusterChoice{"HttpCluster", [] { return real().under_test(); }}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace staves::contract
