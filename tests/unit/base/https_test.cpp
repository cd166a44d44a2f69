#include <cstdlib>
#include <fstream>
#include <future>

#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/base/http_fixture.h"

namespace staves::base {
namespace {

using test::CertificateAuthority;
using test::ServerTls;

class Https : public Http {
 protected:
  ServerTls server_tls(std::vector<std::string> names = {"IP:127.0.0.1"}) const {
    return {.identity = authority_.issue("server", names), .client_ca_pem = {}};
  }
  TlsIdentity trusting(std::string ca_pem, std::string server_name = {}) const {
    return {.ca_pem = std::move(ca_pem),
            .certificate_pem = {},
            .private_key_pem = {},
            .server_name = std::move(server_name)};
  }

  CertificateAuthority authority_;
};

TEST_F(Https, AServerOfOurAuthorityIsTrusted) {
  ScriptedServer server(echo, server_tls());
  const auto response = client_of(server, trusting(authority_.pem()))->send(post("x"), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "POST x");
}

TEST_F(Https, NoAuthorityOfTheSystemIsTrusted) {
  const test::TemporaryDirectory directory;
  std::ofstream(directory.path() / "bundle.pem") << authority_.pem();
  ::setenv("SSL_CERT_FILE", (directory.path() / "bundle.pem").c_str(), 1);
  ScriptedServer server(echo, server_tls());
  const CertificateAuthority ours("our authority");
  for (const auto& ca_pem : {ours.pem(), std::string()}) {
    const auto response = client_of(server, trusting(ca_pem))->send(get(), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, "TlsFailed") << response.error().message;
  }
  prepare_http(pool_threads);
}

TEST_F(Https, ACertificateForAnotherNameIsRefusedWithTheReason) {
  ScriptedServer server(echo, server_tls({"DNS:another.example", "IP:127.0.0.2"}));
  const auto response = client_of(server, trusting(authority_.pem()))->send(get(), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "TlsFailed");
  EXPECT_NE(response.error().message.find("IP address mismatch"), std::string::npos) << response.error().message;
}

TEST_F(Https, TheGivenNameIsCheckedAndAskedForInsteadOfTheHosts) {
  std::promise<std::string> asked;
  ScriptedServer server(
      [&](ServerConnection& connection) {
        asked.set_value(connection.asked_name());
        echo(connection);
      },
      server_tls({"DNS:kubernetes.default.svc"}));
  ASSERT_TRUE(client_of(server, trusting(authority_.pem(), "kubernetes.default.svc"))->send(get(), {}));
  EXPECT_EQ(asked.get_future().get(), "kubernetes.default.svc");
  EXPECT_EQ(client_of(server, trusting(authority_.pem(), "kubernetes"))->send(get(), {}).error().code, "TlsFailed");
}

TEST_F(Https, TheCertificateOfAnIpv6AddressIsChecked) {
  ScriptedServer server(echo, server_tls({"IP:::ffff:127.0.0.1"}));
  ScriptedServer other(echo, server_tls({"IP:::1"}));
  const std::string host = "[::ffff:127.0.0.1]";
  const auto response =
      client_of({.origin = server.origin(host), .tls = trusting(authority_.pem())})->send(post("x"), {});
  ASSERT_TRUE(response) << response.error().message;
  const auto refused =
      client_of({.origin = other.origin(host), .tls = trusting(authority_.pem())})->send(post("x"), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "TlsFailed");
}

TEST_F(Https, OnlyTheUserCanTurnVerificationOff) {
  ScriptedServer server(echo, server_tls({"DNS:another.example"}));
  TlsIdentity tls;
  EXPECT_FALSE(client_of(server, tls)->send(get(), {}));
  tls.verify = false;
  EXPECT_TRUE(client_of(server, tls)->send(get(), {}));
}

TEST_F(Https, OldVersionsOfTheProtocolAreRefused) {
  ServerTls tls = server_tls();
  tls.only_old_versions = true;
  ScriptedServer server(echo, tls);
  EXPECT_EQ(client_of(server, trusting(authority_.pem()))->send(get(), {}).error().code, "TlsFailed");
}

TEST_F(Https, TheClientShowsItsCertificateFromMemory) {
  ServerTls tls = server_tls();
  tls.client_ca_pem = authority_.pem();
  ScriptedServer server(
      [](ServerConnection& connection) {
        connection.read_request();
        connection.respond(200, connection.client_name());
      },
      tls);
  const auto me = authority_.issue("staves-controller");
  TlsIdentity identity = trusting(authority_.pem());
  identity.certificate_pem = me.certificate_pem;
  identity.private_key_pem = me.key_pem;
  const auto response = client_of(server, identity)->send(get(), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "staves-controller");
}

TEST_F(Https, BrokenCertificatesAreToldBeforehandWithoutTheirText) {
  const auto one = authority_.issue("one");
  const auto other = authority_.issue("other");
  const std::vector<TlsIdentity> broken{
      {.ca_pem = "not a certificate"},
      {.ca_pem = authority_.pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
      {.certificate_pem = one.certificate_pem, .private_key_pem = "SECRET"},
      {.certificate_pem = one.certificate_pem, .private_key_pem = other.key_pem},
  };
  for (const auto& tls : broken) {
    const auto client = make_http_client({.origin = "https://127.0.0.1", .tls = tls});
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, "InvalidCertificate");
    EXPECT_EQ(client.error().message.find("SECRET"), std::string::npos);
  }
}

}  // namespace
}  // namespace staves::base
