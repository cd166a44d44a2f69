#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "oci/base64.h"
#include "oci/media_types.h"
#include "oci/registry.h"
#include "tests/unit/oci/quick_registry.h"

namespace staves::oci {
namespace {

using base::sha256_digest;
using test::credentials_for;
using test::FakeRegistry;
using test::quick_options;
using testing::HasSubstr;
using testing::Not;

const std::string basic = "Basic " + base64_encode("user:hunter2");

/// A token server: gives what the test says and notes how it was asked.
class TokenServer {
 public:
  struct Asked {
    test::SeenRequest request;
    std::string authorization;
  };

  TokenServer()
      : server_([this](test::ServerConnection& connection) {
          while (const auto request = connection.read_request()) {
            const auto [status, body] = answer(*request);
            connection.respond(status, body);
          }
        }) {}

  std::string realm() const { return server_.origin() + "/token"; }
  std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  void answer_with(int status, std::vector<std::string> bodies) {
    const std::scoped_lock lock(mutex_);
    status_ = status;
    bodies_ = std::move(bodies);
  }
  std::vector<Asked> asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  std::pair<int, std::string> answer(const test::SeenRequest& request) {
    const std::scoped_lock lock(mutex_);
    const auto authorization = request.headers.find("authorization");
    asked_.push_back({request, authorization == request.headers.end() ? "" : authorization->second});
    const std::string body = bodies_.size() > 1 ? bodies_[std::min(asked_.size(), bodies_.size()) - 1] : bodies_.at(0);
    return {status_, body};
  }

  mutable std::mutex mutex_;
  int status_ = 200;
  std::vector<std::string> bodies_{R"({"token":"good","expires_in":300})"};
  std::vector<Asked> asked_;
  test::ScriptedServer server_;
};

class RegistryAccessTest : public testing::Test {
 protected:
  RegistryAccessTest() { fake_.put_manifest("latest", "{}", std::string(media_type::manifest)); }

  Registry registry(Credentials credentials = {}) const {
    return Registry(quick_options({fake_.host(), other_.host(), tokens_.host()}), std::move(credentials));
  }
  Reference reference() const { return *parse_reference(fake_.host() + "/acme/bash"); }
  void want_tokens(std::set<std::string> good = {"good"}) {
    fake_.change([&](auto& b) {
      b.realm = tokens_.realm();
      b.good_tokens = std::move(good);
    });
  }

  FakeRegistry fake_;
  FakeRegistry other_;
  TokenServer tokens_;
};

TEST_F(RegistryAccessTest, ShowsNoPasswordBeforeItIsAskedFor) {
  EXPECT_TRUE(registry(credentials_for(fake_.host(), "user", "hunter2")).resolve_digest(reference()));
  for (const auto& seen : fake_.seen()) EXPECT_EQ(seen.header("authorization"), "");
}

TEST_F(RegistryAccessTest, AnswersABasicChallengeOnceAndForAll) {
  fake_.change([](auto& b) { b.basic = basic; });
  auto client = registry(credentials_for(fake_.host() + "/acme", "user", "hunter2"));
  EXPECT_TRUE(client.resolve_digest(reference()));
  EXPECT_TRUE(client.resolve_digest(reference()));
  EXPECT_EQ(fake_.seen().size(), 3U);
}

TEST_F(RegistryAccessTest, SaysThatThereAreNoCredentials) {
  fake_.change([](auto& b) { b.basic = basic; });
  const auto digest = registry().resolve_digest(reference());
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "RegistryAuthFailed");
  EXPECT_EQ(digest.error().retry, base::Retry::when_spec_changes());
  EXPECT_THAT(digest.error().message, HasSubstr(fake_.host()));
}

TEST_F(RegistryAccessTest, SaysThatCredentialsAreWrongWithoutShowingThem) {
  fake_.change([](auto& b) { b.basic = "Basic other"; });
  const auto digest = registry(credentials_for(fake_.host(), "user", "hunter2")).resolve_digest(reference());
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "RegistryAuthFailed");
  EXPECT_THAT(digest.error().message, HasSubstr("as user"));
  EXPECT_THAT(digest.error().message, Not(HasSubstr("hunter2")));
  EXPECT_EQ(fake_.seen().size(), 2U);
}

TEST_F(RegistryAccessTest, FetchesATokenForTheScopeAndKeepsIt) {
  want_tokens();
  auto client = registry(credentials_for(fake_.host(), "user", "hunter2"));
  EXPECT_TRUE(client.check_push(reference()));
  EXPECT_TRUE(client.check_push(reference()));
  ASSERT_EQ(tokens_.asked().size(), 1U);
  EXPECT_EQ(tokens_.asked()[0].request.target, "/token?service=fake&scope=repository%3Aacme%2Fbash%3Apull%2Cpush");
  EXPECT_EQ(tokens_.asked()[0].authorization, basic);
  for (const auto& seen : fake_.seen()) EXPECT_THAT(seen.header("authorization"), Not(HasSubstr("Basic")));
}

TEST_F(RegistryAccessTest, AsksForPullOnlyWhenItPulls) {
  want_tokens();
  EXPECT_TRUE(registry().resolve_digest(reference()));
  ASSERT_EQ(tokens_.asked().size(), 1U);
  EXPECT_THAT(tokens_.asked()[0].request.target, testing::EndsWith("scope=repository%3Aacme%2Fbash%3Apull"));
  EXPECT_EQ(tokens_.asked()[0].authorization, "");
}

TEST_F(RegistryAccessTest, TradesAnIdentityTokenByPost) {
  want_tokens();
  tokens_.answer_with(200, {R"({"access_token":"good"})"});
  auto client =
      registry(*Credentials::parse(R"({"auths":{")" + fake_.host() + R"(":{"identitytoken":"refresh me"}}})"));
  EXPECT_TRUE(client.check_push(reference()));
  ASSERT_EQ(tokens_.asked().size(), 1U);
  EXPECT_EQ(tokens_.asked()[0].request.method, "POST");
  EXPECT_THAT(tokens_.asked()[0].request.body, HasSubstr("refresh_token=refresh%20me"));
  EXPECT_EQ(tokens_.asked()[0].request.target, "/token");
}

TEST_F(RegistryAccessTest, GetsANewTokenInTheMiddleOfAPush) {
  want_tokens({"first"});
  tokens_.answer_with(200, {R"({"token":"first"})", R"({"token":"second"})"});
  auto client = registry(credentials_for(fake_.host(), "user", "hunter2"));
  EXPECT_TRUE(client.check_push(reference()));
  fake_.change([](auto& b) { b.good_tokens = {"second"}; });
  const std::string bytes = "a layer";
  const auto pushed = client.push_blob(reference(), {"", sha256_digest(bytes), bytes.size()}, bytes);
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(fake_.blob(sha256_digest(bytes)), bytes);
  EXPECT_EQ(tokens_.asked().size(), 2U);
}

TEST_F(RegistryAccessTest, DoesNotAskForTokensForEver) {
  want_tokens({"another"});
  const auto digest = registry(credentials_for(fake_.host(), "user", "hunter2")).resolve_digest(reference());
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "RegistryAuthFailed");
  EXPECT_EQ(tokens_.asked().size(), 1U);
}

TEST_F(RegistryAccessTest, TellsARefusingTokenServerFromABrokenOne) {
  want_tokens();
  const std::vector<std::tuple<int, std::string, std::string>> table = {
      {401, "{}", "RegistryAuthFailed"},
      {403, "{}", "RegistryAuthFailed"},
      {500, "{}", "RegistryUnreachable"},
      {200, "nonsense", "RegistryUnreachable"},
      {200, R"({"token":"a\r\nX: y"})", "RegistryUnreachable"}};
  for (const auto& [status, body, code] : table) {
    tokens_.answer_with(status, {body});
    const auto digest = registry(credentials_for(fake_.host(), "user", "hunter2")).resolve_digest(reference());
    ASSERT_FALSE(digest) << status;
    EXPECT_EQ(digest.error().code, code) << status << body;
    EXPECT_THAT(digest.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST_F(RegistryAccessTest, SendsNoPasswordToAPlainTokenServerOfASecureRegistry) {
  test::CertificateAuthority authority;
  test::ScriptedServer secure(
      [&](test::ServerConnection& connection) {
        while (connection.read_request()) {
          connection.respond(401, "", "WWW-Authenticate: Bearer realm=\"" + tokens_.realm() + "\",service=\"s\"\r\n");
        }
      },
      test::ServerTls{authority.issue("registry", {"IP:127.0.0.1"}), {}, false});
  const std::string host = "127.0.0.1:" + std::to_string(secure.port());
  auto options = quick_options({});
  options.transport.extra_ca_pem = authority.pem();
  Registry client(std::move(options), credentials_for(host, "user", "hunter2"));
  const auto digest = client.resolve_digest(*parse_reference(host + "/x"));
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "RegistryAuthFailed");
  EXPECT_TRUE(tokens_.asked().empty());
}

TEST_F(RegistryAccessTest, NeverSendsCredentialsToAnotherHost) {
  fake_.change([&](auto& b) {
    b.basic = basic;
    b.redirect_blobs_to = other_.origin();
    b.upload_origin = other_.origin();
  });
  const std::string bytes = "content";
  other_.put_blob(sha256_digest(bytes), bytes);
  auto client = registry(credentials_for(fake_.host(), "user", "hunter2"));
  std::string got;
  EXPECT_TRUE(client.get_blob(reference(), {"", sha256_digest(bytes), 7}, [&](std::string_view piece) {
    got += piece;
    return base::Done();
  }));
  EXPECT_EQ(got, bytes);
  const std::string layer = "pushed elsewhere";
  EXPECT_TRUE(client.push_blob(reference(), {"", sha256_digest(layer), layer.size()}, layer));
  EXPECT_EQ(other_.blob(sha256_digest(layer)), layer);
  ASSERT_FALSE(other_.seen().empty());
  for (const auto& seen : other_.seen()) EXPECT_EQ(seen.header("authorization"), "") << seen.target;
}

TEST_F(RegistryAccessTest, DoesNotShowTheRegistrysPasswordToAHostThatAsksForOne) {
  fake_.change([&](auto& b) {
    b.basic = basic;
    b.redirect_blobs_to = other_.origin();
  });
  other_.change([](auto& b) { b.basic = "Basic anything"; });
  auto client = registry(credentials_for(fake_.host(), "user", "hunter2"));
  EXPECT_FALSE(
      client.get_blob(reference(), {"", sha256_digest("x"), 1}, [](std::string_view) { return base::Done(); }));
  for (const auto& seen : other_.seen()) EXPECT_EQ(seen.header("authorization"), "");
}

TEST_F(RegistryAccessTest, UsesTheOtherHostsOwnCredentials) {
  other_.change([](auto& b) { b.basic = "Basic " + base64_encode("store:room"); });
  fake_.change([&](auto& b) { b.redirect_blobs_to = other_.origin(); });
  other_.put_blob(sha256_digest("x"), "x");
  auto client = registry(credentials_for(other_.host(), "store", "room"));
  EXPECT_TRUE(client.get_blob(reference(), {"", sha256_digest("x"), 1}, [](std::string_view) { return base::Done(); }));
}

TEST_F(RegistryAccessTest, FindsOutEarlyThatPushingIsForbidden) {
  fake_.change([](auto& b) { b.forbidden = true; });
  const auto checked = registry().check_push(reference());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "RegistryAuthFailed");
  EXPECT_THAT(checked.error().message, HasSubstr("no push here"));
}

TEST_F(RegistryAccessTest, CancelsTheUploadThatOnlyTestsTheRights) {
  EXPECT_TRUE(registry().check_push(reference()));
  EXPECT_EQ(fake_.count("POST /v2/acme/bash/blobs/uploads/"), 1);
  EXPECT_EQ(fake_.count("DELETE /v2/acme/bash/blobs/uploads/u1?state=a%2Bb"), 1);
}

}  // namespace
}  // namespace staves::oci
