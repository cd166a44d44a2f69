#include "decide/hold_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/reasons.h"
#include "decide/retry_time.h"
#include "unit/decide/built_status.h"

namespace staves::decide::testing {
namespace {

using api::BuildReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

void never_for_a_tree(api::StavesImage& image) {
  image.spec.rebuild.on_tree_change = api::OnTreeChange::Never;
}
void never_for_a_builder(api::StavesImage& image) {
  image.spec.rebuild.on_builder_change = false;
}
void other_tree(api::StavesBuilder& builder) {
  builder.status.tree->digest = make::image_digest;
}
void other_stage3(api::StavesBuilder& builder) {
  builder.status.stage3->digest = make::image_digest;
}
void other_flags(api::StavesBuilder& builder) {
  builder.spec.portage.make_conf["CFLAGS"] = "-O3";
}

using Builder = std::shared_ptr<const api::StavesBuilder>;

std::vector<BuildReason> found(const api::StavesImage& image, const api::StavesImageStatus& last, const Builder& now) {
  return kinds(reasons_to_build(image, last, inputs_of(image, *now), make::at(60)));
}

std::vector<BuildReason> held(const api::StavesImage& image, const api::StavesImageStatus& last, const Builder& now) {
  return kinds(reasons_held_back(image, last, inputs_of(image, *now)));
}

TEST(HoldingBack, KeepsAnotherTreeFromBuildingAndTellsOfIt) {
  const auto image = make::image(never_for_a_tree);
  const auto last = built(*image, *make::builder());
  EXPECT_THAT(found(*image, last, make::builder(other_tree)), IsEmpty());
  EXPECT_THAT(held(*image, last, make::builder(other_tree)), ElementsAre(BuildReason::Tree));
  EXPECT_THAT(held(*image, last, make::builder()), IsEmpty());
}

TEST(HoldingBack, OfTheTreeLetsTheBuilderThrough) {
  const auto image = make::image(never_for_a_tree);
  const auto last = built(*image, *make::builder());
  EXPECT_THAT(found(*image, last, make::builder(other_stage3)), ElementsAre(BuildReason::Builder));
  EXPECT_THAT(found(*image, last, make::builder(other_flags)), ElementsAre(BuildReason::Builder));
}

TEST(HoldingBack, KeepsEveryChangeOfTheBuilderButItsTree) {
  const auto image = make::image(never_for_a_builder);
  const auto last = built(*image, *make::builder());
  EXPECT_THAT(found(*image, last, make::builder(other_stage3, other_flags)), IsEmpty());
  EXPECT_THAT(held(*image, last, make::builder(other_flags)), ElementsAre(BuildReason::Builder));
  EXPECT_THAT(found(*image, last, make::builder(other_tree)), ElementsAre(BuildReason::Tree));
}

TEST(HoldingBack, IsNamedBesideTheReasonThatBuilds) {
  const auto was = make::image(never_for_a_tree);
  const auto is = make::image(never_for_a_tree, make::with_packages({"app-misc/hello"}));
  EXPECT_THAT(found(*is, built(*was, *make::builder()), make::builder(other_tree)),
              ElementsAre(BuildReason::Spec, BuildReason::Tree));
}

TEST(HoldingBack, EndsWithThePolicy) {
  const auto last = built(*make::image(never_for_a_tree), *make::builder());
  EXPECT_THAT(found(*make::image(), last, make::builder(other_tree)), ElementsAre(BuildReason::Tree));
}

TEST(HoldingBack, KeepsNoFailureFromBeingTriedAgain) {
  const auto image = make::image(never_for_a_tree);
  const auto last = built(*image, *make::builder(), api::FailureClass::NodeLost);
  const Inputs now = inputs_of(*image, *make::builder(other_tree));
  EXPECT_THAT(kinds(reasons_to_build(*image, last, now, make::at(299))), IsEmpty());
  EXPECT_THAT(kinds(reasons_to_build(*image, last, now, make::at(300))),
              ElementsAre(BuildReason::Retry, BuildReason::Tree));
}

TEST(HoldingBack, LeavesABuildThatHasNotEndedAlone) {
  const auto image = make::image(never_for_a_tree);
  auto last = built(*image, *make::builder());
  last.build.completion_time.reset();
  const Inputs now = inputs_of(*image, *make::builder(other_tree));
  EXPECT_EQ(with_held_back(now, image->spec.rebuild, last.build).digest, now.digest);
}

TEST(HoldingBack, KnowsATreeThoughTheLastDocumentWasTooLargeToBeKept) {
  const auto image = make::image(never_for_a_tree);
  auto last = built(*image, *make::builder());
  last.build.inputs.document.clear();
  EXPECT_THAT(found(*image, last, make::builder(other_tree)), IsEmpty());
  EXPECT_THAT(held(*image, last, make::builder(other_tree)), ElementsAre(BuildReason::Tree));
}

api::Repository overlay(const char* name, const char* uri) {
  api::Repository repository;
  repository.name = name;
  repository.uri = uri;
  return repository;
}

TEST(HoldingBack, KeepsAnOverlayThatTheBuilderGotAndLetsItsOldOnesMove) {
  const auto image = make::image(never_for_a_builder);
  const auto one = make::builder([](api::StavesBuilder& b) { b.spec.repositories = {overlay("ours", "https://a")}; });
  const auto two = make::builder([](api::StavesBuilder& b) {
    b.spec.repositories = {overlay("ours", "https://a"), overlay("theirs", "https://b")};
  });
  auto last = built(*image, *one);
  const Inputs was = inputs_of(*image, *one, {{"ours", "1"}});
  last.build.inputs = recorded_inputs(was, *image);
  last.image->inputs_digest = was.digest;
  const auto reasons = [&](const std::vector<api::RepositoryRevision>& revisions) {
    return kinds(reasons_to_build(*image, last, inputs_of(*image, *two, revisions), make::at(60)));
  };
  EXPECT_THAT(reasons({{"ours", "1"}, {"theirs", "7"}}), IsEmpty());
  EXPECT_THAT(reasons({{"ours", "2"}, {"theirs", "7"}}), ElementsAre(BuildReason::Repository, BuildReason::Builder));
}

}  // namespace
}  // namespace staves::decide::testing
