#include "decide/platform_flags.h"

#include <gtest/gtest.h>

namespace staves::decide {
namespace {

api::MakeConf variables(const char* platform, const api::MakeConf& own = {}) {
  return with_platform_flags({.package_config = {}, .make_conf = own, .environments = {}}, api::platform_of(platform))
      .make_conf;
}

TEST(PlatformFlags, ComeAfterTheImagesOwn) {
  const auto given = variables("linux/amd64/v3", {{"CFLAGS", "-O3"}, {"GOAMD64", "v2"}, {"USE", "nls"}});
  EXPECT_EQ(given.at("CFLAGS"), "-O3 -march=x86-64-v3");
  EXPECT_EQ(given.at("CXXFLAGS"), "${CXXFLAGS} -march=x86-64-v3") << "those of the builder and of the stage3 stay";
  EXPECT_EQ(given.at("FCFLAGS"), "${FCFLAGS} -march=x86-64-v3");
  EXPECT_EQ(given.at("RUSTFLAGS"), "${RUSTFLAGS} -C target-cpu=x86-64-v3");
  EXPECT_EQ(given.at("GOAMD64"), "v2");
  EXPECT_EQ(given.at("USE"), "nls");
}

TEST(PlatformFlags, AreNoneWhereTheStage3Decides) {
  for (const char* platform : {"linux/amd64", "linux/arm64", "linux/arm/v7", "linux/riscv64"}) {
    EXPECT_EQ(variables(platform, {{"CFLAGS", "-O3"}}), (api::MakeConf{{"CFLAGS", "-O3"}})) << platform;
  }
}

TEST(PlatformFlags, ThatDoNotFitAreToldBeforeABuild) {
  api::StavesImageSpec spec;
  spec.platforms = {api::platform_of("linux/amd64/v4")};
  EXPECT_EQ(unusable_platform(spec), "");
  spec.portage.make_conf["CFLAGS"] = std::string(4090, 'f');
  EXPECT_NE(unusable_platform(spec), "");
  spec.portage.make_conf.clear();
  for (int number = 0; number < 60; ++number) spec.portage.make_conf["V" + std::to_string(number)] = "1";
  EXPECT_NE(unusable_platform(spec), "");
  spec.platforms = {api::platform_of("linux/arm64")};
  EXPECT_EQ(unusable_platform(spec), "");
}

}  // namespace
}  // namespace staves::decide
