#include "oci/credentials.h"

#include <gtest/gtest.h>

#include "oci/base64.h"

namespace staves::oci {
namespace {

TEST(Base64, RoundTripsEveryLength) {
  for (const std::string text : {"", "a", "ab", "abc", "abcd", "\xff\xfe\x00"}) {
    EXPECT_EQ(base64_decode(base64_encode(text)), text);
  }
  EXPECT_EQ(base64_encode("staves:secret"), "c3RhdmVzOnNlY3JldA==");
  EXPECT_EQ(base64_decode("c3RhdmVzOnNlY3JldA"), "staves:secret");
  EXPECT_FALSE(base64_decode("a"));
  EXPECT_FALSE(base64_decode("ab*d"));
}

TEST(Credentials, ReadsEveryFormOfAnEntry) {
  const auto credentials = Credentials::parse(R"({"auths": {
    "a.io": {"auth": "dXNlcjpwYTpzcw=="},
    "b.io": {"username": "user", "password": "pass"},
    "c.io": {"auth": "MDAwOg==", "identitytoken": "refresh"},
    "d.io": {}}, "credsStore": "ignored"})");
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->find("a.io", "x"), (Credential{"user", "pa:ss", ""}));
  EXPECT_EQ(credentials->find("b.io", "x"), (Credential{"user", "pass", ""}));
  EXPECT_EQ(credentials->find("c.io", "x"), (Credential{"000", "", "refresh"}));
  EXPECT_TRUE(credentials->find("d.io", "x").empty());
  EXPECT_TRUE(credentials->find("e.io", "x").empty());
}

TEST(Credentials, LongestPathWinsInWholeSegments) {
  const auto credentials = *Credentials::parse(R"({"auths": {
    "https://h.io": {"username": "host", "password": "1"},
    "h.io/acme": {"username": "acme", "password": "2"},
    "h.io/acme/secret/": {"username": "secret", "password": "3"}}})");
  const std::vector<std::pair<std::string, std::string>> table = {
      {"other/x", "host"},     {"acme", "acme"},          {"acme/x", "acme"},
      {"acmes/x", "host"},     {"acme/secret", "secret"}, {"acme/secret/y", "secret"},
      {"acme/secrets", "acme"}};
  for (const auto& [path, user] : table) EXPECT_EQ(credentials.find("h.io", path).username, user) << path;
  EXPECT_TRUE(credentials.find("h.io:5000", "acme/x").empty());
  EXPECT_TRUE(credentials.find("evil-h.io", "acme/x").empty());
  EXPECT_TRUE(credentials.find("h.io.evil", "acme/x").empty());
}

TEST(Credentials, KnowsTheNamesOfDockerHub) {
  for (const std::string key :
       {"https://index.docker.io/v1/", "docker.io", "registry-1.docker.io", "https://index.docker.io/v2/"}) {
    const auto credentials =
        *Credentials::parse(R"({"auths": {")" + key + R"(": {"username": "u", "password": "p"}}})");
    EXPECT_EQ(credentials.find("docker.io", "library/bash").username, "u") << key;
    EXPECT_EQ(credentials.find("registry-1.docker.io", "acme/x").username, "u") << key;
  }
}

TEST(Credentials, SaysWhatIsWrongWithoutTheContent) {
  for (const std::string text :
       {"", "[]", "not-json-hunter2", R"({"auths": "hunter2"})", R"({"auths": {"h.io": "hunter2"}})",
        R"({"auths": {"h.io": {"auth": "hunter2!"}}})", R"({"auths": {"h.io": {"auth": "aHVudGVyMg=="}}})"}) {
    const auto credentials = Credentials::parse(text);
    ASSERT_FALSE(credentials) << text;
    EXPECT_EQ(credentials.error().code, "InvalidCredentials");
    EXPECT_EQ(credentials.error().message.find("hunter2"), std::string::npos);
  }
  EXPECT_TRUE(Credentials::parse("{}")->empty());
}

TEST(Credentials, AreWipedFromTexts) {
  const Credential credential{"user", "hunter2", "refresh-me"};
  EXPECT_EQ(without_secrets("a hunter2 b hunter2 " + base64_encode("user:hunter2") + " refresh-me", credential),
            "a *** b *** *** ***");
}

}  // namespace
}  // namespace staves::oci
