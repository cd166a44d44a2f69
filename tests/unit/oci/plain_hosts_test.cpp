#include "oci/plain_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace staves::oci {
namespace {

using testing::HasSubstr;

TEST(PlainHosts, AllowPlainHttpOnlyToThoseThatAreListed) {
  const PlainHosts hosts({"registry:5000", "plain", "docker.io"});
  for (const std::string url : {"https://any.example/", "http://registry:5000/v2/", "http://Plain/", "http://plain:80/",
                                "http://registry-1.docker.io/"}) {
    EXPECT_TRUE(hosts.allow(*parse_url(url))) << url;
  }
  for (const std::string url : {"http://any.example/", "http://registry/", "http://registry:5001/", "http://plain:443/",
                                "http://plain.example/"}) {
    EXPECT_FALSE(hosts.allow(*parse_url(url))) << url;
  }
}

TEST(PlainHosts, TakeAServerBehindATlsProxyThatNamesItselfWithHttpAsHttps) {
  const PlainHosts none({});
  const std::vector<std::tuple<std::string, std::string, std::string>> table = {
      {"https://r.io/v2/", "http://r.io/v2/u?s=t", "https://r.io/v2/u?s=t"},
      {"https://r.io/v2/", "http://R.io:80/v2/u", "https://r.io/v2/u"},
      {"https://r.io:443/v2/", "http://r.io/v2/u", "https://r.io/v2/u"},
      {"https://r.io:5000/v2/", "http://r.io:5000/v2/u", "https://r.io:5000/v2/u"},
  };
  for (const auto& [from, location, wanted] : table) {
    const auto got = none.follow(*parse_url(from), location);
    ASSERT_TRUE(got) << location << ": " << got.error().message;
    EXPECT_EQ(to_string(*got), wanted);
  }
}

TEST(PlainHosts, RefuseEveryOtherWayToPlainHttpAndSayWhatToDo) {
  const PlainHosts hosts({"plain:5000"});
  const std::vector<std::pair<std::string, std::string>> table = {
      {"https://r.io/", "http://other.io/u"},      {"https://r.io/", "http://r.io:8080/u"},
      {"https://r.io:5000/", "http://r.io/u"},     {"https://r.io/", "http://r.io.other.io/u"},
      {"http://plain:5000/", "http://other.io/u"}, {"http://plain:5000/", "//other.io/u"},
  };
  for (const auto& [from, location] : table) {
    const auto got = hosts.follow(*parse_url(from), location);
    ASSERT_FALSE(got) << location;
    EXPECT_EQ(got.error().code, "RegistryRefused");
    EXPECT_EQ(got.error().retry, base::Retry::when_spec_changes());
    EXPECT_THAT(got.error().message, HasSubstr("spec.trust.insecureRegistries"));
  }
}

TEST(PlainHosts, FollowToListedHostsAndBackToTls) {
  const PlainHosts hosts({"plain:5000"});
  EXPECT_EQ(to_string(*hosts.follow(*parse_url("https://r.io/"), "http://plain:5000/u")), "http://plain:5000/u");
  EXPECT_EQ(to_string(*hosts.follow(*parse_url("http://plain:5000/"), "https://r.io/u")), "https://r.io/u");
  EXPECT_EQ(to_string(*hosts.follow(*parse_url("http://plain:5000/"), "/u")), "http://plain:5000/u");
}

}  // namespace
}  // namespace staves::oci
