#include "decide/reason_image_missing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decide/built_status.h"

namespace staves::decide::testing {
namespace {

using api::BuildReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string reference = "registry.example/team-a/bash@" + make::image_digest;

TagLookup answer(const char* error) {
  return {.reference = reference, .digest = {}, .error = base::Error{error, "said by a test", base::Retry::soon()}};
}

TagLookup shown() {
  return {.reference = reference, .digest = make::image_digest, .error = {}};
}

/// A good build whose image the registry once showed.
api::StavesImageStatus seen_once() {
  auto status = built(*make::image(), *make::builder());
  status.image->reference = reference;
  status.image->seen_time = make::at(5);
  return status;
}

std::vector<BuildReason> found(const api::StavesImageStatus& last, const TagLookup& published, int seconds = 60) {
  const auto image = make::image();
  return kinds(reasons_to_build(*image, last, inputs_of(*image, *make::builder()), make::at(seconds), published));
}

TEST(ReasonImageMissing, IsThereWhenTheRegistryHasItNoMore) {
  EXPECT_THAT(found(seen_once(), answer("ImageNotFound")), ElementsAre(BuildReason::ImageMissing));
  EXPECT_THAT(found(seen_once(), shown()), IsEmpty());
}

TEST(ReasonImageMissing, IsNoneWhenTheRegistryDoesNotAnswerOrWantsALogin) {
  for (const char* error : {"RegistryUnreachable", "RegistryAuthFailed", "InvalidReference"}) {
    EXPECT_THAT(found(seen_once(), answer(error)), IsEmpty()) << error;
  }
  EXPECT_THAT(found(seen_once(), {}), IsEmpty());
}

TEST(ReasonImageMissing, IsNoneForWhatTheRegistryNeverShowed) {
  auto hidden = seen_once();
  hidden.image->seen_time.reset();
  EXPECT_THAT(found(hidden, answer("ImageNotFound")), IsEmpty());
}

TEST(ReasonImageMissing, IsNoneForAnAnswerAboutAnotherImage) {
  TagLookup other = answer("ImageNotFound");
  other.reference = "registry.example/team-a/bash@" + make::tree_digest;
  EXPECT_THAT(found(seen_once(), other), IsEmpty());
}

TEST(ReasonImageMissing, WaitsAfterAFailureUntilThatIsTriedAgain) {
  auto failed = seen_once();
  failed.build.reasons = {{BuildReason::ImageMissing, {}}};
  failed.build.failure = api::Failure{};
  failed.build.failure->failure_class = api::FailureClass::NodeLost;
  EXPECT_THAT(found(failed, answer("ImageNotFound"), 299), IsEmpty());
  EXPECT_THAT(found(failed, answer("ImageNotFound"), 300), ElementsAre(BuildReason::ImageMissing, BuildReason::Retry));
  failed.build.failure->failure_class = api::FailureClass::CompileFailed;
  EXPECT_THAT(found(failed, answer("ImageNotFound"), 86400), IsEmpty());
}

TEST(ReasonImageMissing, HoldsUntilABuildHasBroughtItBackThoughNobodyAnswersMeanwhile) {
  auto status = seen_once();
  EXPECT_FALSE(image_is_gone(status, {}));
  status.build.reasons = {{BuildReason::ImageMissing, {}}};
  status.build.completion_time.reset();
  EXPECT_TRUE(image_is_gone(status, {}));
  EXPECT_FALSE(image_is_gone(status, shown())) << "somebody put it back";
  status.build.completion_time = make::at(9);
  EXPECT_FALSE(image_is_gone(status, {}));
}

TEST(ReasonImageMissing, NotesOnceThatTheRegistryShowsTheImage) {
  auto image = *seen_once().image;
  image.seen_time.reset();
  note_seen(image, answer("ImageNotFound"), make::at(7));
  EXPECT_EQ(image.seen_time, std::nullopt);
  note_seen(image, shown(), make::at(7));
  note_seen(image, shown(), make::at(8));
  EXPECT_EQ(image.seen_time, make::at(7));
}

TEST(ReasonImageMissing, IsLookedForEveryFiveMinutesAtMost) {
  const auto refresh = [](std::int64_t seconds) {
    return make::builder([=](api::StavesBuilder& builder) { builder.spec.refresh_seconds = seconds; });
  };
  EXPECT_EQ(between_looks(*refresh(60)), std::chrono::seconds(300));
  EXPECT_EQ(between_looks(*refresh(7200)), std::chrono::seconds(7200));
}

}  // namespace
}  // namespace staves::decide::testing
