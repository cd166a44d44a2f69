#include "base/files.h"
#include "base/http.h"
#include "kube/file_credentials.h"
#include "kube/http_cluster.h"
#include "nlohmann/json.hpp"
#include "tests/fault_proxy/proxy_fixture.h"

namespace staves::test {

namespace {

/// The product's own HTTP client behind the proxy.
class RealClient : public FaultProxyTest {
 protected:
  static void SetUpTestSuite() { base::prepare_http(3); }
  void SetUp() override {
    FaultProxyTest::SetUp();
    base::HttpClientOptions options;
    options.origin = "https://127.0.0.1:" + std::to_string(proxy().port());
    options.tls.ca_pem = base::read_file(directory().path() / "proxy" / "ca.crt").value_or("");
    auto client = base::make_http_client(std::move(options));
    ASSERT_TRUE(client) << client.error().message;
    client_ = *std::move(client);
  }
  void TearDown() override { client_.reset(); }

  base::Result<base::HttpResponse> send(const std::string& method, const std::string& target) {
    return client_->send({.method = method, .target = target, .deadline = std::chrono::seconds(5)}, {});
  }

  std::unique_ptr<base::HttpClient> client_;
};

TEST_F(RealClient, AWriteOnAConnectionThatIsResetMeanwhileIsCarriedOutAtMostOnce) {
  rules(R"({"fault": "resetIdle", "ms": 1})");
  for (int i = 0; i < 10; ++i) {
    const std::string target = "/api/v1/namespaces/a/configmaps/number-" + std::to_string(i);
    (void)send("PATCH", target);
    const auto all = seen();
    EXPECT_LE(std::ranges::count(all, "PATCH " + target), 1);
  }
}

TEST_F(RealClient, AWriteWhoseReplyIsLostIsNotSentAgain) {
  rules(R"({"fault": "loseReply"})");
  for (const char* method : {"POST", "PATCH", "PUT", "DELETE"}) {
    const auto response = send(method, "/api/v1/namespaces/a/configmaps/one");
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, "ConnectionLost") << response.error().message;
  }
  EXPECT_EQ(seen().size(), 4U);
}

TEST_F(RealClient, ATruncatedReplyIsAnErrorAndNoShortBody) {
  rules(R"({"fault": "truncate", "bytes": 7})");
  const auto response = send("PATCH", "/api/v1/namespaces/a/configmaps/one");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "ConnectionLost");
}

TEST_F(RealClient, ASwallowedRequestEndsWithItsDeadline) {
  rules(R"({"fault": "swallow"})");
  const auto response =
      client_->send({.method = "GET", .target = "/api/v1/pods", .deadline = std::chrono::milliseconds(300)}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "DeadlineExceeded");
}

TEST_F(RealClient, ADuplicateReplyIsNeverTakenForTheAnswerToAnotherRequest) {
  answer_with([](ServerConnection& connection, const SeenRequest& request) {
    const std::string name = request.target.substr(request.target.rfind('/') + 1);
    connection.respond(200, R"({"metadata":{"name":")" + name + R"("}})",
                       "Audit-Id: " + request.headers.at("audit-id") + "\r\n");
  });
  rules(R"({"fault": "duplicateReply", "every": 2})");
  kube::Access access;
  access.tls.ca_pem = base::read_file(directory().path() / "proxy" / "ca.crt").value_or("");
  const auto clock = std::make_shared<base::SystemClock>();
  const auto cluster =
      *kube::make_http_cluster({.connection = {.server = "https://127.0.0.1:" + std::to_string(proxy().port()),
                                               .credentials = kube::make_file_credentials({.fixed = access}, clock)}});
  int answered = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "number-" + std::to_string(i);
    const auto object = cluster->get({"", "v1", "configmaps", "ConfigMap"}, {"a", name});
    if (!object) continue;
    ++answered;
    EXPECT_EQ((*object)["metadata"]["name"], name);
  }
  EXPECT_GE(answered, 10);
  EXPECT_LT(answered, 20) << "no duplicate was met";
}

}  // namespace

}  // namespace staves::test
