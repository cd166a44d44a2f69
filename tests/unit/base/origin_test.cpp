#include "base/origin.h"

#include "gtest/gtest.h"

namespace staves::base {
namespace {

TEST(Origin, HasTheDefaultPortOfItsScheme) {
  const auto secure = parse_origin("https://kubernetes.example");
  ASSERT_TRUE(secure) << secure.error().message;
  EXPECT_EQ(secure->authority(), "kubernetes.example:443");
  const auto plain = parse_origin("http://10.0.0.1/");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->authority(), "10.0.0.1:80");
}

TEST(Origin, AnAddressOfIpv6LosesItsBracketsAndGetsThemBack) {
  const auto origin = parse_origin("https://[fd00::1]:6443");
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->host, "fd00::1");
  EXPECT_EQ(origin->authority(), "[fd00::1]:6443");
}

TEST(Origin, RefusesWhatCouldLeadElsewhere) {
  for (const auto* text :
       {"", "host", "ftp://host", "https://", "https://user@host", "https://host/path",
        "https://host:", "https://host:99999", "https://host:6443x", "https://[::1", "https://a b", "https://host?x"}) {
    const auto origin = parse_origin(text);
    ASSERT_FALSE(origin) << text;
    EXPECT_EQ(origin.error().code, "InvalidOrigin") << text;
  }
}

}  // namespace
}  // namespace staves::base
