#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "oci/base64.h"
#include "oci/registry.h"
#include "tests/unit/oci/quick_registry.h"

namespace staves::oci {
namespace {

using base::sha256_digest;
using testing::HasSubstr;

const std::string layer = "bytes that nobody else may read";

/// A registry over TLS that wants a password and names `plain` in its Locations.
class SecureRegistry {
 public:
  SecureRegistry()
      : server_([this](test::ServerConnection& connection) { serve(connection); },
                test::ServerTls{authority_.issue("registry", {"IP:127.0.0.1"}), {}, false}) {}

  std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  std::string authority_pem() const { return authority_.pem(); }
  void name_in_locations(const std::string& origin) {
    const std::scoped_lock lock(mutex_);
    plain_ = origin;
  }
  /// What it got besides questions.
  std::string received() const {
    const std::scoped_lock lock(mutex_);
    return received_;
  }

 private:
  void serve(test::ServerConnection& connection) {
    while (const auto request = connection.read_request()) {
      const std::scoped_lock lock(mutex_);
      const std::string location = "Location: " + plain_ + "/v2/x/blobs/uploads/1\r\n";
      if (!request->headers.contains("authorization")) {
        connection.respond(401, "", "WWW-Authenticate: Basic realm=\"r\"\r\n");
      } else if (request->method == "HEAD") {
        connection.respond(404, "");
      } else if (request->method == "GET") {
        connection.respond(307, "", location);
      } else {
        received_ += request->body;
        connection.respond(request->method == "PUT" ? 201 : 202, "", location);
      }
    }
  }

  mutable std::mutex mutex_;
  std::string plain_;
  std::string received_;
  test::CertificateAuthority authority_;
  test::ScriptedServer server_;
};

class PlainLocationTest : public testing::Test {
 protected:
  /// A client that trusts no host in plain http.
  Registry client() const {
    auto options = test::quick_options({});
    options.transport.extra_ca_pem = secure_.authority_pem();
    return Registry(std::move(options), test::credentials_for(secure_.host(), "user", "hunter2"));
  }
  base::Result<PushedBlob> push() const {
    return client().push_blob(reference(), {"", sha256_digest(layer), layer.size()}, layer);
  }
  Reference reference() const { return *parse_reference(secure_.host() + "/x"); }

  SecureRegistry secure_;
  test::FakeRegistry plain_;
};

TEST_F(PlainLocationTest, SendsNoLayerAndNoPasswordWhereAnUploadWouldGoOnInPlainHttp) {
  secure_.name_in_locations(plain_.origin());
  plain_.change([](auto& b) { b.basic = "Basic " + base64_encode("user:hunter2"); });
  const auto pushed = push();
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, "RegistryRefused");
  EXPECT_THAT(pushed.error().message, HasSubstr(plain_.host()));
  EXPECT_TRUE(plain_.seen().empty());
  EXPECT_EQ(secure_.received(), "");
}

TEST_F(PlainLocationTest, FollowsNoRedirectToPlainHttp) {
  secure_.name_in_locations(plain_.origin());
  const auto got =
      client().get_blob(reference(), {"", sha256_digest("x"), 1}, [](std::string_view) { return base::Done(); });
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, "RegistryRefused");
  EXPECT_TRUE(plain_.seen().empty());
}

TEST_F(PlainLocationTest, StaysWithTlsWhenTheRegistryForgetsThatItHasIt) {
  secure_.name_in_locations("http://" + secure_.host());
  const auto pushed = push();
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(secure_.received(), layer);
}

}  // namespace
}  // namespace staves::oci
