#include "operate/options.h"

#include "gtest/gtest.h"

namespace staves::operate {
namespace {

TEST(OptionsOfTheController, HaveDefaultsForAllButTheImage) {
  const auto line = parse_options({"--operator-image=host/staves:1"}, "1.2.3");
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(line->options.operator_image, "host/staves:1");
  EXPECT_EQ(line->options.workers, 4);
  EXPECT_EQ(line->options.metrics_address, ":8080");
  EXPECT_EQ(line->options.health_address, ":8081");
  EXPECT_FALSE(line->options.image_volumes);
  EXPECT_TRUE(line->options.name_space.empty());
  EXPECT_EQ(line->options.kube_api_qps, 0);
  EXPECT_EQ(line->options.kube_api_burst, 0);
  EXPECT_FALSE(line->options.leader_elect);
  EXPECT_TRUE(line->options.lease_namespace.empty());
  EXPECT_EQ(line->options.lease_name, "staves-controller");
  EXPECT_EQ(line->options.round_seconds, 60);
}

TEST(OptionsOfTheController, AreReadAsTheChartWritesThem) {
  const auto line =
      parse_options({"--operator-image=host/staves@sha256:1", "--image-volumes=on", "--user-namespaces=off",
                     "--workers=8", "--log-level=debug", "--metrics-address=0.0.0.0:9090", "--health-address=0",
                     "--namespace=team-a", "--leader-elect=on", "--leader-elect-namespace=staves-system",
                     "--leader-elect-name=mine", "--round-seconds=90", "--kube-api-qps=12.5", "--kube-api-burst=40"},
                    "1.2.3");
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_TRUE(line->options.image_volumes);
  EXPECT_FALSE(line->options.user_namespaces);
  EXPECT_EQ(line->options.workers, 8);
  EXPECT_EQ(line->options.log_level, "debug");
  EXPECT_EQ(line->options.metrics_address, "0.0.0.0:9090");
  EXPECT_EQ(line->options.health_address, "0");
  EXPECT_EQ(line->options.name_space, "team-a");
  EXPECT_EQ(line->options.kube_api_qps, 12.5);
  EXPECT_EQ(line->options.kube_api_burst, 40);
  EXPECT_TRUE(line->options.leader_elect);
  EXPECT_EQ(line->options.lease_namespace, "staves-system");
  EXPECT_EQ(line->options.lease_name, "mine");
  EXPECT_EQ(line->options.round_seconds, 90);
}

TEST(OptionsOfTheController, WhatCannotBeIsToldWithTheFlag) {
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"--operator-image=x", "--workers=0"},
      {"--operator-image=x", "--workers=many"},
      {"--operator-image=x", "--image-volumes=maybe"},
      {"--operator-image=x", "--leader-elect=maybe"},
      {"--operator-image=x", "--round-seconds=0"},
      {"--operator-image=x", "--log-level=loud"},
      {"--operator-image=x", "--kube-api-qps=-1"},
      {"--operator-image=x", "--kube-api-burst=1.5"},
      {"--operator-image=x", "--no-such-flag"},
      {"--operator-image=x", "stray"},
  };
  for (const auto& arguments : wrong) {
    const auto line = parse_options(arguments, "1.2.3");
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().code, "InvalidOptions");
    EXPECT_NE(line.error().message.find("--help"), std::string::npos);
  }
}

TEST(OptionsOfTheController, HelpAndVersionAreTexts) {
  const auto help = parse_options({"--help"}, "1.2.3");
  ASSERT_TRUE(help);
  for (const char* flag :
       {"--operator-image", "--image-volumes", "--drain-seconds", "--kube-api-qps", "--kube-api-burst", "on|off=off"}) {
    EXPECT_NE(help->text.find(flag), std::string::npos) << flag;
  }
  EXPECT_EQ(parse_options({"--version"}, "1.2.3")->text, "1.2.3\n");
}

}  // namespace
}  // namespace staves::operate
