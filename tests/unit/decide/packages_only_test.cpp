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

api::StavesImageStatus built_of_known_packages(const api::StavesImage& image) {
  auto status = built(image, *make::builder());
  status.image->packages_digest = base::sha256_digest("packages");
  return status;
}

TEST(PackagesOnly, DecideAboutAnotherTreeAndNothingElse) {
  const auto image = make::image();
  const auto last = built_of_known_packages(*image);
  EXPECT_TRUE(only_if_packages_change(*image, last, because_of({BuildReason::Tree})));
  EXPECT_FALSE(only_if_packages_change(*image, last, because_of({BuildReason::Spec})));
  EXPECT_FALSE(only_if_packages_change(*image, last, because_of({BuildReason::Tree, BuildReason::Builder})));
  EXPECT_FALSE(only_if_packages_change(*image, last, because_of({BuildReason::Tree, BuildReason::Trigger})));
  EXPECT_FALSE(only_if_packages_change(*image, last, {}));
}

TEST(PackagesOnly, DoNotDecideWhenTheSpecWantsAnImageOfEveryTree) {
  const auto image =
      make::image([](api::StavesImage& it) { it.spec.rebuild.on_tree_change = api::OnTreeChange::Always; });
  EXPECT_FALSE(only_if_packages_change(*image, built_of_known_packages(*image), because_of({BuildReason::Tree})));
}

TEST(PackagesOnly, MustBeKnown) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  last.image->packages_digest.clear();
  EXPECT_FALSE(only_if_packages_change(*image, last, because_of({BuildReason::Tree})));
  last.image.reset();
  EXPECT_FALSE(only_if_packages_change(*image, last, because_of({BuildReason::Tree})));
}

TEST(PackagesOnly, DoNotDecideWhenTheImageIsOfOtherInputsThanTheLastBuild) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  last.image->inputs_digest = base::sha256_digest("those before a spec whose build failed");
  EXPECT_FALSE(only_if_packages_change(*image, last, because_of({BuildReason::Tree})));
}

TEST(PackagesOnly, DecideAboutABuildThatTakesThePlaceOfOneThatTheyDecideAbout) {
  const auto image = make::image();
  auto last = built_of_known_packages(*image);
  last.build.completion_time.reset();
  last.build.inputs.digest = base::sha256_digest("a tree that is old by now");
  EXPECT_FALSE(only_if_packages_change(*image, last, because_of({BuildReason::Tree})));
  last.build.only_if_packages_change = true;
  EXPECT_TRUE(only_if_packages_change(*image, last, because_of({BuildReason::Tree})));
}

}  // namespace
}  // namespace staves::decide::testing
