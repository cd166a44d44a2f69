#include "kube/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "kube/connection.h"
#include "kube/pem.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace staves::kube {
namespace {

using ::testing::HasSubstr;

const auto clock_of_test = std::make_shared<test::ManualClock>();

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// A kubeconfig with one context; the parts are the members of its cluster and its user.
std::string config_of(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: here\n"
         "contexts: [{name: here, context: {cluster: c, user: u, namespace: team}}]\n"
         "clusters: [{name: c, cluster: {" +
         cluster +
         "}}]\n"
         "users: [{name: u, user: {" +
         user + "}}]\n";
}

Result<Connection> connect(const std::string& yaml, const std::filesystem::path& directory = "/nowhere",
                           const std::string& context = "") {
  TRY_ASSIGN(const auto config, parse_kubeconfig(yaml, directory));
  return connection_of(config, context, {}, clock_of_test);
}

const std::string ca = "certificate-authority-data: " + encode_base64("CA PEM");

TEST(Kubeconfig, AContextNamesServerNamespaceAndIdentity) {
  const auto connection = connect(
      config_of("server: 'https://api:6443', tls-server-name: kubernetes, proxy-url: 'http://p:3128', " + ca,
                "client-certificate-data: " + encode_base64("CERT") + ", client-key-data: " + encode_base64("KEY")));
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(connection->server, "https://api:6443");
  EXPECT_EQ(connection->proxy, "http://p:3128");
  EXPECT_EQ(connection->name_space, "team");
  const auto access = connection->credentials->current({});
  ASSERT_TRUE(access);
  EXPECT_EQ((*access)->tls, (base::TlsIdentity{"CA PEM", "CERT", "KEY", "kubernetes", true}));
}

TEST(Kubeconfig, VerificationIsOffOnlyWhenItSaysSo) {
  const auto connection = connect(config_of("server: 'https://api:6443', insecure-skip-tls-verify: true", "token: t"));
  ASSERT_TRUE(connection);
  const auto access = *connection->credentials->current({});
  EXPECT_FALSE(access->tls.verify);
  EXPECT_EQ(access->bearer_token, "t");
}

TEST(Kubeconfig, FilesAreFoundBesideItAndWinOverATokenInIt) {
  const test::TemporaryDirectory directory;
  write(directory.path() / "ca.pem", "CA OF FILE");
  write(directory.path() / "token", "file-token\n");
  const auto connection =
      connect(config_of("server: 'https://api:6443', certificate-authority: ca.pem", "token: t, tokenFile: token"),
              directory.path());
  ASSERT_TRUE(connection) << connection.error().message;
  const auto access = *connection->credentials->current({});
  EXPECT_EQ(access->tls.ca_pem, "CA OF FILE");
  EXPECT_EQ(access->bearer_token, "file-token");
}

struct Refusal {
  std::string name;
  std::string yaml;
  std::string message;
};

class KubeconfigRefuses : public ::testing::TestWithParam<Refusal> {};

TEST_P(KubeconfigRefuses, WithAMessage) {
  const auto connection = connect(GetParam().yaml);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, "InvalidKubeconfig");
  EXPECT_EQ(connection.error().retry, base::Retry::never());
  EXPECT_THAT(connection.error().message, HasSubstr(GetParam().message));
  EXPECT_THAT(connection.error().message, ::testing::Not(HasSubstr("s3cret")));
}

std::string billion_laughs() {
  return "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
}

const std::string good_cluster = "server: 'https://api:6443', " + ca;

INSTANTIATE_TEST_SUITE_P(
    BadInput, KubeconfigRefuses,
    ::testing::Values(
        Refusal{"NoYaml", "{[", "not YAML"}, Refusal{"NoMap", "- a\n- b\n", "no map"},
        Refusal{"Nothing", "", "no current-context"}, Refusal{"Alias", billion_laughs(), "alias"},
        Refusal{"Deep", std::string(5000, '[') + std::string(5000, ']'), "nests too deeply"},
        Refusal{"Large", "a: " + std::string(2U << 20U, 'x'), "larger than 1 MiB"},
        Refusal{"ListIsNoList", "clusters: 5\n", "clusters is no list"},
        Refusal{"EntryIsNoMap", "clusters: [5]\n", "is no map"},
        Refusal{"EntryWithoutName", "clusters: [{cluster: {}}]\n", "has no name"},
        Refusal{"UnknownContext", "current-context: away\n", "there is no context 'away'"},
        Refusal{"UnknownCluster", "current-context: a\ncontexts: [{name: a, context: {cluster: x}}]\n",
                "there is no cluster 'x'"},
        Refusal{"UnknownUser",
                "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: x}}]\nclusters: [{name: c, "
                "cluster: {" +
                    good_cluster + "}}]\n",
                "there is no user 'x'"},
        Refusal{"BadServer", config_of("server: 'api:6443', " + ca, ""), "has a server that is not"},
        Refusal{"ServerIsNoText", config_of("server: [a], " + ca, ""), "cluster 'c' has a server that is no text"},
        Refusal{"NoAuthority", config_of("server: 'https://api:6443'", ""), "those of the system are not trusted"},
        Refusal{"AuthorityAndInsecure", config_of(good_cluster + ", insecure-skip-tls-verify: true", ""), "has both"},
        Refusal{"OddFlag", config_of(good_cluster + ", insecure-skip-tls-verify: perhaps", ""),
                "neither true nor false"},
        Refusal{"BadBase64", config_of("server: 'https://api:6443', certificate-authority-data: '%%%'", ""),
                "not base64"},
        Refusal{"BadKey", config_of(good_cluster, "client-key-data: 's3cret!'"),
                "user 'u' has a client-key-data that is not base64"},
        Refusal{"SocksProxy", config_of(good_cluster + ", proxy-url: 'socks5://p'", ""), "proxy-url"},
        Refusal{"Password", config_of(good_cluster, "username: a, password: s3cret"),
                "'username', which is not supported"},
        Refusal{"Provider", config_of(good_cluster, "auth-provider: {name: gcp}"),
                "'auth-provider', which is not supported"},
        Refusal{"Impersonation", config_of(good_cluster, "token: s3cret, as: admin"), "'as', which is not supported"},
        Refusal{"KeyWithoutCertificate", config_of(good_cluster, "client-key-data: " + encode_base64("KEY")),
                "only one of"},
        Refusal{"MissingFile", config_of(good_cluster, "tokenFile: /nowhere/token"), "/nowhere/token"},
        Refusal{"ExecWithoutCommand", config_of(good_cluster, "exec: {apiVersion: client.authentication.k8s.io/v1}"),
                "has no command"},
        Refusal{"ExecOfOldVersion",
                config_of(good_cluster, "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}"),
                "has an apiVersion other than"},
        Refusal{"ExecAtATerminal",
                config_of(good_cluster,
                          "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}"),
                "needs a terminal"}),
    [](const auto& one) { return one.param.name; });

TEST(Kubeconfig, OfSeveralFilesTheFirstWordCounts) {
  const test::TemporaryDirectory directory;
  write(directory.path() / "one",
        "current-context: here\nclusters: [{name: c, cluster: {server: 'https://one', " + ca + "}}]\n");
  write(directory.path() / "two", config_of("server: 'https://two', " + ca, "token: t"));
  const ConnectionChoice choice{.kubeconfig = {},
                                .context = "",
                                .environment = {{"KUBECONFIG", (directory.path() / "missing").string() + ":" +
                                                                   (directory.path() / "one").string() + ":" +
                                                                   (directory.path() / "two").string()}}};
  const auto connection = find_connection(choice, clock_of_test);
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(connection->server, "https://one");
  EXPECT_EQ((*connection->credentials->current({}))->bearer_token, "t");
}

TEST(Kubeconfig, TheFileThatTheUserNamesHasToBeThere) {
  const auto connection = find_connection({"/nowhere/config", "", {{"KUBECONFIG", "/also/nowhere"}}}, clock_of_test);
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message, HasSubstr("/nowhere/config"));
}

TEST(Kubeconfig, AnErrorNamesItsFile) {
  const test::TemporaryDirectory directory;
  write(directory.path() / "bad", "clusters: 5\n");
  const auto connection = find_connection({directory.path() / "bad", "", {}}, clock_of_test);
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message, HasSubstr("bad: clusters is no list"));
}

TEST(Kubeconfig, AnotherContextCanBeChosen) {
  const std::string yaml = config_of(good_cluster, "token: t") + "---\n";
  EXPECT_FALSE(connect(yaml, "/nowhere", "there"));
  EXPECT_TRUE(connect(yaml, "/nowhere", "here"));
}

TEST(Kubeconfig, WithoutAnyConfigurationItSaysWhereItLooked) {
  const auto connection = find_connection({{}, "", {{"HOME", "/nowhere"}}}, clock_of_test);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, "NoClusterConfiguration");
}

TEST(Kubeconfig, TheHomeDirectoryIsTheLastPlace) {
  const test::TemporaryDirectory home;
  std::filesystem::create_directory(home.path() / ".kube");
  write(home.path() / ".kube" / "config", config_of(good_cluster, "token: t"));
  EXPECT_TRUE(find_connection({{}, "", {{"HOME", home.path().string()}}}, clock_of_test));
}

TEST(Base64, BothWaysAndBadTextsRefused) {
  for (const std::string text : {"", "a", "ab", "abc", "abcd"}) EXPECT_EQ(decode_base64(encode_base64(text)), text);
  EXPECT_EQ(decode_base64("Y W\nJj"), "abc");
  for (const std::string text : {"a", "abc", "####", "YQ=a"}) EXPECT_FALSE(decode_base64(text)) << text;
}

}  // namespace
}  // namespace staves::kube
