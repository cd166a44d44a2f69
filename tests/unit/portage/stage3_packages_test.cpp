#include "portage/stage3_packages.h"

#include <gmock/gmock.h>

#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A stage3 that has one package with a configuration file.
class Stage3PackagesTest : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    put("etc/make rc", "hello\n");
    put("var/db/pkg/dev-build/make-4.3/CONTENTS",
        "dir /etc\nobj /etc/make rc b1946ac92492d2347c6235b4d2611184 1700000000\nsym /usr/bin/gmake -> make "
        "1700000000\n");
    put("var/db/pkg/dev-build/make-4.3/repository", "gentoo\n");
  }
  static PlannedMerge of_the_tree(std::string cpv) {
    return {.cpv = std::move(cpv), .binary = false, .to_root = true, .repository = "gentoo"};
  }
};

TEST_F(Stage3PackagesTest, OnlyWhatWouldBeCompiledForTheImageIsLookedFor) {
  const PlannedMerge compiled = of_the_tree("dev-build/make-4.3");
  const PlannedMerge newer = of_the_tree("dev-build/make-4.4");
  PlannedMerge cached = compiled;
  cached.binary = true;
  PlannedMerge for_builder = compiled;
  for_builder.to_root = false;
  EXPECT_THAT(in_stage3(root_, {newer, compiled}, "gentoo"), ElementsAre("dev-build/make-4.3"));
  EXPECT_THAT(in_stage3(root_, {newer, cached, for_builder}, "gentoo"), IsEmpty());
}

TEST_F(Stage3PackagesTest, WhatAnOverlayHasIsCompiled) {
  PlannedMerge of_overlay = of_the_tree("dev-build/make-4.3");
  of_overlay.repository = "local";
  EXPECT_THAT(in_stage3(root_, {of_overlay}, "gentoo"), IsEmpty());
  put("var/db/pkg/dev-build/make-4.3/repository", "local\n");
  EXPECT_THAT(in_stage3(root_, {of_overlay, of_the_tree("dev-build/make-4.3")}, "gentoo"), IsEmpty());
}

TEST_F(Stage3PackagesTest, LiveEbuildsAreBuiltAnew) {
  put("var/db/pkg/dev-build/make-4.3/PROPERTIES", "interactive live\n");
  EXPECT_THAT(in_stage3(root_, {of_the_tree("dev-build/make-4.3")}, "gentoo"), IsEmpty());
}

TEST_F(Stage3PackagesTest, AChangedOrMissingFileMakesItAnotherPackage) {
  EXPECT_TRUE(is_as_built(root_, "dev-build/make-4.3"));
  put("etc/make rc", "changed\n");
  EXPECT_FALSE(is_as_built(root_, "dev-build/make-4.3"));
  std::filesystem::remove(root_ / "etc/make rc");
  EXPECT_FALSE(is_as_built(root_, "dev-build/make-4.3"));
  EXPECT_FALSE(is_as_built(root_, "dev-build/make-4.4"));
}

TEST(BuildsAsTheStage3, OnlyWhileNothingDecidesTheBitsOfPackages) {
  api::Plan plan;
  plan.image_portage.make_conf = {{"USE", "nls"}, {"MAKEOPTS", "-j3"}};
  EXPECT_TRUE(builds_as_the_stage3(plan));
  plan.builder_portage.make_conf = {{"CFLAGS", "-O3"}};
  EXPECT_FALSE(builds_as_the_stage3(plan));
  plan.builder_portage.make_conf.clear();
  plan.image_portage.package_config = {
      {.atom = "a/b", .use = {}, .keywords = {}, .license = {}, .env = {"debug"}, .mask = false, .unmask = false}};
  EXPECT_FALSE(builds_as_the_stage3(plan));
}

}  // namespace
}  // namespace staves::portage
