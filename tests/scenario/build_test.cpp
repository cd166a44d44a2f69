#include "api/object.h"
#include "base/digest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using namespace std::chrono_literals;
using base::Json;

TEST(Build, AnAppliedImageIsBuiltOnce) {
  Play play;
  apply_and_build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built") << play.farm().image().dump(1);
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.farm().image()["status"]["image"]["digest"], base::sha256_digest("image"));
  EXPECT_EQ(play.cluster().creations(operate::resource_type(api::volume_claim_kind())), 1);
}

TEST(Build, TheFirstWriteSaysWhatIsGoingOn) {
  Play play;
  play.farm().apply_image();
  play.settle();
  EXPECT_EQ(play.farm().ready(), "False/BuilderNotFound");
  EXPECT_EQ(play.jobs_made(), 0);
  play.farm().apply_builder();
  play.settle();
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(Build, AConvergedClusterIsLeftAlone) {
  Play play;
  apply_and_build(play);
  const int writes = play.cluster().writes();
  for (int minute = 0; minute < 10; ++minute) play.pass(60s);
  play.restart();
  play.settle();
  EXPECT_EQ(play.cluster().writes(), writes);
}

TEST(Build, FiveHundredConvergedImagesAreLeftAlone) {
  Play play;
  apply_and_build(play);
  play.farm().multiply_image(500);
  play.settle();
  const int calls = play.cluster().calls();
  const std::size_t events = play.events().size();
  for (int minute = 0; minute < 10; ++minute) play.pass(60s);
  EXPECT_EQ(play.cluster().calls(), calls);
  EXPECT_EQ(play.events().size(), events);
}

TEST(Build, FewWritesAreNeeded) {
  Play play;
  play.farm().apply_builder();
  play.settle();
  play.farm().bind_claims();
  play.settle();
  const int before = play.cluster().writes();
  play.farm().apply_image();
  play.settle();
  play.farm().make_pods();
  play.farm().run_pods();
  succeed(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  // The intent, its place with the builder, the start, the Job, the outcome, the place given back.
  EXPECT_EQ(play.cluster().writes() - before, 6);
}

TEST(Build, EventsTellTheTransitions) {
  Play play;
  apply_and_build(play);
  EXPECT_EQ(play.events(), (std::vector<std::string>{"Ready", "BuildStarted", "BuildSucceeded"}));
}

TEST(Build, ProgressIsOnTheResource) {
  Play play;
  apply(play);
  run(play);
  play.farm().print_progress(
      {.total = 41, .done = 17, .from_cache = 15, .compiled = 2, .current = "sys-libs/ncurses-6.5"});
  for (int look = 0; look < 3; ++look) play.pass(5s);
  EXPECT_EQ(play.farm().image()["status"]["build"]["progress"]["packagesDone"], 17);
  const int writes = play.cluster().writes();
  for (int look = 0; look < 5; ++look) play.pass(5s);
  EXPECT_EQ(play.cluster().writes(), writes);
}

TEST(Build, AFailureThatOnlyTheUserCanMendIsNotTriedAgain) {
  Play play;
  apply(play);
  play.farm().make_pods();
  play.farm().run_pods();
  play.farm().fail_for_good();
  play.settle();
  for (int hour = 0; hour < 5; ++hour) play.pass(3600s);
  EXPECT_EQ(play.farm().ready(), "False/BuildFailed");
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.farm().image()["status"]["build"]["failure"]["class"], "KeywordMasked");
}

TEST(Build, AChangeOfTheSpecBuildsOnceMoreAndSaysWhy) {
  Play play;
  apply_and_build(play);
  change_packages(play);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(play.farm().image()["status"]["build"]["reasons"][0]["reason"], "Spec");
}

TEST(Build, AChangeThatIsNoInputBuildsNothing) {
  Play play;
  apply_and_build(play);
  play.farm().change_image([](Json& image) { image["spec"]["build"]["timeoutSeconds"] = 600; });
  play.settle();
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Build, AWishBuildsTheSameInputsOnceMore) {
  Play play;
  apply_and_build(play);
  ask_for_rebuild(play);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(play.farm().image()["status"]["build"]["reasons"][0]["reason"], "Trigger");
  build(play);
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(Build, AMovedTagOfTheStage3Rebuilds) {
  Play play;
  apply_and_build(play);
  EXPECT_EQ(play.lookups(), 1);
  play.set_stage3(base::sha256_digest("a newer stage3"));
  play.pass(3601s);
  EXPECT_EQ(play.lookups(), 2);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(play.farm().image()["status"]["build"]["reasons"][0]["reason"], "Builder");
}

TEST(Build, ARegistryThatDoesNotAnswerTakesNothingAway) {
  Play play;
  apply_and_build(play);
  play.set_stage3("");
  play.pass(3601s);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  play.set_stage3(base::sha256_digest("stage3"));
  play.pass(61s);
  EXPECT_EQ(play.lookups(), 3);
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(Build, AClaimOfTheUsersOwnIsFoundThoughItIsNotWatched) {
  Play play;
  play.farm().apply_builder();
  play.farm().apply_image();
  play.farm().change_builder([](Json& builder) { builder["spec"]["cache"]["existingClaim"] = "mine"; });
  play.settle();
  EXPECT_EQ(play.farm().cache_ready(), "False/ClaimNotFound");
  EXPECT_EQ(play.jobs_made(), 0);
  play.farm().apply_foreign_claim("mine");
  play.pass(16s);
  EXPECT_EQ(play.farm().cache_ready(), "True/Bound");
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.cluster().creations(operate::resource_type(api::volume_claim_kind())), 0);
}

TEST(Build, AClaimThatHasTheNameOfOursIsSeenAndUsed) {
  Play play;
  play.farm().apply_foreign_claim("glibc-cache");
  apply(play);
  EXPECT_EQ(play.farm().cache_ready(), "True/Bound");
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.cluster().creations(operate::resource_type(api::volume_claim_kind())), 0);
}

TEST(Build, ADeletedImageLeavesNoJobAndKeepsTheCache) {
  Play play;
  apply_and_build(play);
  play.farm().delete_image();
  play.settle();
  EXPECT_TRUE(play.farm().jobs().empty());
  EXPECT_EQ(play.cluster().objects(operate::resource_type(api::volume_claim_kind())).size(), 1U);
}

}  // namespace
}  // namespace staves::scenario
