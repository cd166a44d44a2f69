#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <semaphore>
#include <thread>

#include "base/json.h"
#include "kube/exec_credentials.h"
#include "kube/file_credentials.h"
#include "kube/in_cluster.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace staves::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string token_of(Credentials& credentials) {
  const auto access = credentials.current({});
  return access ? (*access)->bearer_token : "error: " + access.error().code;
}

struct TokenFile {
  TokenFile() { write(path, "one\n"); }
  test::TemporaryDirectory directory;
  std::filesystem::path path = directory.path() / "token";
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  std::shared_ptr<Credentials> credentials = make_file_credentials({.token_file = path}, clock);
};

TEST(FileCredentials, ATokenIsReadAgainAfterAMinute) {
  TokenFile file;
  EXPECT_EQ(token_of(*file.credentials), "one");
  write(file.path, "two\n");
  file.clock->advance(59s);
  EXPECT_EQ(token_of(*file.credentials), "one");
  file.clock->advance(1s);
  EXPECT_EQ(token_of(*file.credentials), "two");
}

TEST(FileCredentials, ARefusedTokenIsReadAgainAtOnce) {
  TokenFile file;
  EXPECT_EQ(token_of(*file.credentials), "one");
  write(file.path, "two");
  file.credentials->refused({});
  EXPECT_EQ(token_of(*file.credentials), "two");
}

TEST(FileCredentials, TheOldTokenStaysWhenTheFileCannotBeRead) {
  TokenFile file;
  EXPECT_EQ(token_of(*file.credentials), "one");
  std::filesystem::remove(file.path);
  file.clock->advance(61s);
  EXPECT_EQ(token_of(*file.credentials), "one");
  write(file.path, "");
  file.clock->advance(61s);
  EXPECT_EQ(token_of(*file.credentials), "one");
  write(file.path, "two");
  file.clock->advance(61s);
  EXPECT_EQ(token_of(*file.credentials), "two");
}

TEST(FileCredentials, TheSameAccessIsTheSamePointer) {
  TokenFile file;
  const auto first = *file.credentials->current({});
  file.clock->advance(61s);
  EXPECT_EQ(*file.credentials->current({}), first);
}

TEST(FileCredentials, ProjectedFilesAreFollowedThroughTheirSymbolicLinks) {
  TokenFile file;
  const auto& at = file.directory.path();
  std::filesystem::remove(file.path);
  for (const std::string version : {"v1", "v2"}) {
    std::filesystem::create_directory(at / version);
    write(at / version / "token", version);
  }
  std::filesystem::create_symlink("v1", at / "..data");
  std::filesystem::create_symlink("..data/token", file.path);
  EXPECT_EQ(token_of(*file.credentials), "v1");
  std::filesystem::create_symlink("v2", at / "..new");
  std::filesystem::rename(at / "..new", at / "..data");
  file.clock->advance(60s);
  EXPECT_EQ(token_of(*file.credentials), "v2");
}

TEST(FileCredentials, ACertificateWithAnotherKeyIsNotUsedUntilTheyBelongTogether) {
  TokenFile file;
  const auto certificate = file.directory.path() / "tls.crt";
  const auto key = file.directory.path() / "tls.key";
  write(certificate, "old certificate");
  write(key, "old key");
  const auto credentials =
      make_file_credentials({.certificate_file = certificate, .key_file = key, .token_file = file.path}, file.clock);
  EXPECT_EQ((*credentials->current({}))->tls.certificate_pem, "old certificate");
  write(certificate, "new certificate");
  write(file.path, "two");
  file.clock->advance(60s);
  const auto access = *credentials->current({});
  EXPECT_EQ(access->tls.certificate_pem, "old certificate");
  EXPECT_EQ(access->tls.private_key_pem, "old key");
  EXPECT_EQ(access->bearer_token, "two");
}

struct ServiceAccount {
  ServiceAccount() {
    write(directory.path() / "ca.crt", "CA");
    write(directory.path() / "token", "tok");
    write(directory.path() / "namespace", "staves-system");
  }
  Result<Connection> connect(const std::string& host) const {
    return connect_in_cluster({{"KUBERNETES_SERVICE_HOST", host}, {"KUBERNETES_SERVICE_PORT", "443"}},
                              std::make_shared<test::ManualClock>(), directory.path());
  }
  test::TemporaryDirectory directory;
};

TEST(InCluster, APodFindsItsServerAndWhoItIs) {
  const ServiceAccount account;
  const auto connection = account.connect("10.0.0.1");
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->server, "https://10.0.0.1:443");
  EXPECT_EQ(connection->name_space, "staves-system");
  const auto access = *connection->credentials->current({});
  EXPECT_EQ(access->bearer_token, "tok");
  EXPECT_EQ(access->tls.ca_pem, "CA");
  EXPECT_TRUE(access->tls.verify);
}

TEST(InCluster, AnIPv6AddressGetsItsBrackets) {
  const ServiceAccount account;
  EXPECT_EQ(account.connect("fd00::1")->server, "https://[fd00::1]:443");
  EXPECT_EQ(account.connect("[fd00::1]")->server, "https://[fd00::1]:443");
}

TEST(InCluster, OutsideOfAPodItSaysSo) {
  const ServiceAccount account;
  EXPECT_EQ(account.connect("").error().code, "NotInCluster");
  std::filesystem::remove(account.directory.path() / "token");
  EXPECT_EQ(account.connect("10.0.0.1").error().code, "NotInCluster");
}

/// A plugin whose answers are given by the test.
struct Plugin {
  Plugin() {
    plugin.exec.command = "/bin/plugin";
    plugin.exec.arguments = {"get", "token"};
    plugin.exec.environment = {{"REGION", "north"}};
    plugin.exec.api_version = "client.authentication.k8s.io/v1";
    plugin.cluster.server = "https://api:6443";
    plugin.cluster.ca.text = "CA";
    plugin.environment = {{"PATH", "/bin"}, {"REGION", "south"}};
  }
  std::shared_ptr<Credentials> make() {
    Access fixed;
    fixed.tls.ca_pem = "CA";
    return make_exec_credentials(make_file_credentials({.fixed = fixed}, clock), plugin, clock,
                                 [this](const base::Command& command, std::stop_token) {
                                   commands.push_back(command);
                                   return output;
                                 });
  }
  static std::string says(const std::string& status) {
    return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" + status + "}";
  }
  ExecPlugin plugin;
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  Result<std::string> output = says(R"({"token":"t1"})");
  std::vector<base::Command> commands;
};

TEST(ExecCredentials, ThePluginIsRunWithoutAShellAndToldWhatItMayKnow) {
  Plugin p;
  p.plugin.exec.provide_cluster_info = true;
  EXPECT_EQ(token_of(*p.make()), "t1");
  ASSERT_EQ(p.commands.size(), 1U);
  EXPECT_EQ(p.commands[0].arguments, (std::vector<std::string>{"/bin/plugin", "get", "token"}));
  EXPECT_EQ(p.commands[0].environment.at("PATH"), "/bin");
  EXPECT_EQ(p.commands[0].environment.at("REGION"), "north");
  EXPECT_EQ(base::Json::parse(p.commands[0].environment.at("KUBERNETES_EXEC_INFO")),
            base::Json::parse(
                R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,
              "cluster":{"server":"https://api:6443","certificate-authority-data":"Q0E="}}})"));
}

TEST(ExecCredentials, ARealPluginMayWarnOnStandardError) {
  Plugin p;
  p.plugin.exec.command = "/bin/sh";
  p.plugin.exec.arguments = {"-c", "echo 'deprecated' >&2; printf '%s' \"$ANSWER\""};
  p.plugin.exec.environment = {{"ANSWER", Plugin::says(R"({"token":"t9"})")}};
  Access fixed;
  EXPECT_EQ(token_of(*make_exec_credentials(make_file_credentials({.fixed = fixed}, p.clock), p.plugin, p.clock)),
            "t9");
}

TEST(ExecCredentials, AnAnswerIsKeptUntilItExpires) {
  Plugin p;
  p.output = Plugin::says(R"({"token":"t1","expirationTimestamp":"2026-05-01T00:10:00Z"})");
  const auto credentials = p.make();
  const auto first = *credentials->current({});
  EXPECT_EQ(*credentials->current({}), first);
  p.output = Plugin::says(R"({"token":"t2","expirationTimestamp":"2026-05-01T00:20:00Z"})");
  p.clock->advance(9min);
  EXPECT_EQ(token_of(*credentials), "t1");
  p.clock->advance(50s);
  EXPECT_EQ(token_of(*credentials), "t2");
  EXPECT_EQ(p.commands.size(), 2U);
}

TEST(ExecCredentials, ARefusedAnswerIsAskedForAgainOnceHoweverManyRequestsWereRefused) {
  Plugin p;
  const auto credentials = p.make();
  const auto old = *credentials->current({});
  p.output = Plugin::says(R"({"token":"t2"})");
  credentials->refused(old);
  EXPECT_EQ(token_of(*credentials), "t2");
  credentials->refused(old);
  EXPECT_EQ(token_of(*credentials), "t2");
  EXPECT_EQ(p.commands.size(), 2U);
}

TEST(ExecCredentials, AFailedRenewalLeavesTheOldAnswerUntilItsLastMoment) {
  Plugin p;
  p.output = Plugin::says(R"({"token":"t1","expirationTimestamp":"2026-05-01T00:10:00Z"})");
  const auto credentials = p.make();
  EXPECT_EQ(token_of(*credentials), "t1");
  p.output = base::fail("CommandFailed", "no network", base::Retry::never());
  p.clock->advance(9min + 55s);
  EXPECT_EQ(token_of(*credentials), "t1");
  EXPECT_EQ(p.commands.size(), 2U);
  p.clock->advance(5s);
  EXPECT_EQ(token_of(*credentials), "error: CredentialsUnreadable");
}

/// A plugin that runs until the test lets it end.
struct SlowPlugin : Plugin {
  std::shared_ptr<Credentials> make_slow(const std::string& status = R"({"token":"late"})") {
    return make_exec_credentials(
        make_file_credentials({}, clock), plugin, clock,
        [this, status](const base::Command&, const std::stop_token& stop) -> Result<std::string> {
          ++starts;
          const std::stop_callback wake(stop, [this] { go_on.release(); });
          go_on.acquire();
          if (stop.stop_requested()) return base::fail("Cancelled", "", base::Retry::never());
          return says(status);
        });
  }
  void await_start(int number) const {
    while (starts < number) std::this_thread::yield();
  }
  std::atomic<int> starts = 0;
  std::counting_semaphore<> go_on{0};
};

TEST(ExecCredentials, WhoeverMayNotWaitForThePluginGoesOnAndTheOthersGetItsAnswer) {
  SlowPlugin p;
  const auto credentials = p.make_slow();
  auto first = std::async(std::launch::async, [&] { return token_of(*credentials); });
  p.await_start(1);
  std::stop_source no_time;
  auto hasty = std::async(std::launch::async, [&] { return credentials->current(no_time.get_token()); });
  auto patient = std::async(std::launch::async, [&] { return token_of(*credentials); });
  no_time.request_stop();
  const auto given_up = hasty.get();
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().code, "Cancelled");
  p.go_on.release();
  EXPECT_EQ(first.get(), "late");
  EXPECT_EQ(patient.get(), "late");
  EXPECT_EQ(p.starts, 1);
}

TEST(ExecCredentials, NobodyElseWaitsWhileTheOldAnswerIsRenewedInTime) {
  SlowPlugin p;
  const auto credentials = p.make_slow(R"({"token":"late","expirationTimestamp":"2026-05-01T00:10:00Z"})");
  p.go_on.release();
  const auto old = *credentials->current({});
  p.clock->advance(9min + 55s);
  auto renews = std::async(std::launch::async, [&] { return *credentials->current({}); });
  p.await_start(2);
  EXPECT_EQ(*credentials->current({}), old);
  p.go_on.release();
  EXPECT_NE(renews.get(), old);
}

TEST(ExecCredentials, WhoWaitsAsksItselfWhenTheOneThatAskedIsToldToStop) {
  SlowPlugin p;
  const auto credentials = p.make_slow();
  std::stop_source no_time;
  auto first = std::async(std::launch::async, [&] { return credentials->current(no_time.get_token()); });
  p.await_start(1);
  auto patient = std::async(std::launch::async, [&] { return token_of(*credentials); });
  no_time.request_stop();
  EXPECT_FALSE(first.get());
  p.await_start(2);
  p.go_on.release();
  EXPECT_EQ(patient.get(), "late");
}

TEST(ExecCredentials, ACertificateIsPutBesideTheAuthority) {
  Plugin p;
  p.output = Plugin::says(R"({"clientCertificateData":"CERT","clientKeyData":"KEY"})");
  const auto access = *p.make()->current({});
  EXPECT_EQ(access->tls, (base::TlsIdentity{"CA", "CERT", "KEY", "", true}));
}

TEST(ExecCredentials, WhatIsNoAnswerIsAnErrorThatQuotesNothing) {
  for (const std::string& output :
       {std::string("s3cret"), std::string("{}"), std::string(R"({"kind":"ExecCredential","apiVersion":"other"})"),
        Plugin::says("5"), Plugin::says("{}"), Plugin::says(R"({"clientKeyData":"s3cret"})"),
        Plugin::says(R"({"token":"s3cret","expirationTimestamp":"tomorrow"})")}) {
    Plugin p;
    p.output = output;
    const auto access = p.make()->current({});
    ASSERT_FALSE(access) << output;
    EXPECT_EQ(access.error().code, "CredentialsUnreadable");
    EXPECT_THAT(access.error().message, ::testing::Not(HasSubstr("s3cret")));
  }
  Plugin failed;
  failed.output = base::fail("CommandFailed", "it wrote s3cret", base::Retry::never());
  EXPECT_THAT(failed.make()->current({}).error().message, ::testing::Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace staves::kube
