#include "decide/packages_only.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "unit/decide/built_status.h"

namespace staves::decide::testing {
namespace {

using api::BuildReason;

std::vector<api::ReasonToBuild> because_of(std::initializer_list<BuildReason> kinds) {
  std::vector<api::ReasonToBuild> reasons;
  for (const BuildReason kind : kinds) reasons.push_back({kind, {}});
  return reasons;
}

Inputs newer(const api::StavesImage& image) {
  return inputs_of(image, *make::builder([](api::StavesBuilder& it) { it.status.tree->digest = make::image_digest; }));
}

bool decide_about(const api::StavesImage& image, const api::StavesImageStatus& last,
                  std::initializer_list<BuildReason> kinds = {BuildReason::Tree}) {
  return only_if_packages_change(image, last, newer(image), because_of(kinds));
}

api::StavesImageStatus built_of_known_packages(const api::StavesImage& image) {
  auto status = built(image, *make::builder());
  status.image->packages_digest = base::sha256_digest("packages");
  return status;
}

TEST(PackagesOnly, DecideAboutAnotherTreeAndNothingElse) {
  const auto image = make::image();
  const auto last = built_of_known_packages(*image);
  EXPECT_TRUE(decide_about(*image, last));
  EXPECT_FALSE(decide_about(*image, last, {BuildReason::Spec}));
  EXPECT_FALSE(decide_about(*image, last, {BuildReason::Tree, BuildReason::Builder}));
  EXPECT_FALSE(decide_about(*image, last, {BuildReason::Tree, BuildReason::Trigger}));
  EXPECT_FALSE(decide_about(*image, last, {}));
}

TEST(PackagesOnly, DoNotDecideWhenTheSpecWantsAnImageOfEveryTree) {
  const auto image =
      make::image([](api::StavesImage& it) { it.spec.rebuild.on_tree_change = api::OnTreeChange::Always; });
  EXPECT_FALSE(decide_about(*image, built_of_known_packages(*image)));
}

TEST(PackagesOnly, MustBeKnown) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  last.image->packages_digest.clear();
  EXPECT_FALSE(decide_about(*image, last));
  last.image.reset();
  EXPECT_FALSE(decide_about(*image, last));
}

TEST(PackagesOnly, DoNotDecideWhenTheImageIsOfOtherInputsThanTheLastBuild) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  last.image->inputs_digest = base::sha256_digest("those before a spec whose build failed");
  EXPECT_FALSE(decide_about(*image, last));
}

TEST(PackagesOnly, DoNotDecideAfterABuildThatDidNotEndWell) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  last.build.cancelled = true;
  EXPECT_FALSE(decide_about(*image, last));
  last.build.cancelled = false;
  last.build.failure = api::Failure{};
  EXPECT_FALSE(decide_about(*image, last)) << "the wish that it was made for is still open";
}

TEST(PackagesOnly, DoNotDecideWhenMoreThanTheTreeDiffersOrNobodyKnows) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  const auto other = make::image(make::with_packages({"app-misc/hello"}));
  EXPECT_FALSE(decide_about(*other, last));
  last.build.inputs.document.clear();  // it was too large to be kept
  EXPECT_FALSE(decide_about(*image, last));
}

TEST(PackagesOnly, DoNotDecideOnceATimeOfTheScheduleHasCome) {
  api::RebuildPolicy policy;
  policy.schedule = "@hourly";
  api::BuildStatus build;
  build.only_if_packages_change = true;
  build.queued_time = make::at();
  EXPECT_TRUE(still_only_if_packages_change(policy, build, make::at(1)));
  EXPECT_FALSE(still_only_if_packages_change(policy, build, make::at(3601)));
  policy.schedule = {};
  EXPECT_TRUE(still_only_if_packages_change(policy, build, make::at(3601)));
}

TEST(PackagesOnly, DecideAboutABuildThatTakesThePlaceOfOneThatTheyDecideAbout) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  last.build.completion_time.reset();
  last.build.inputs.digest = base::sha256_digest("a tree that is old by now");
  EXPECT_FALSE(decide_about(*image, last));
  last.build.only_if_packages_change = true;
  EXPECT_TRUE(decide_about(*image, last));
}

}  // namespace
}  // namespace staves::decide::testing
