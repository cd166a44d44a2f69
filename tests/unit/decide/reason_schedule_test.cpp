#include "decide/reason_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decide/built_status.h"

namespace staves::decide::testing {
namespace {

using api::BuildReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Every quarter of an hour; the builds of these tests end at 12:00.
auto with_schedule(const char* schedule = "*/15 * * * *") {
  return [schedule](api::StavesImage& image) { image.spec.rebuild.schedule = schedule; };
}

std::vector<BuildReason> found(const api::StavesImageStatus& last, int seconds) {
  const auto image = make::image(with_schedule());
  return kinds(reasons_to_build(*image, last, inputs_of(*image, *make::builder()), make::at(seconds)));
}

TEST(ReasonSchedule, IsThereFromItsTimeOn) {
  const auto last = built(*make::image(), *make::builder());
  EXPECT_THAT(found(last, 899), IsEmpty());
  EXPECT_THAT(found(last, 900), ElementsAre(BuildReason::Schedule));
}

TEST(ReasonSchedule, IsOneHoweverManyTimesWereMissed) {
  EXPECT_THAT(found(built(*make::image(), *make::builder()), 86400 * 30), ElementsAre(BuildReason::Schedule));
}

TEST(ReasonSchedule, CountsFromTheBeginningOfTheLastBuildAndElseFromItsQueue) {
  auto last = built(*make::image(), *make::builder());
  last.build.queued_time = make::at(-3000);
  EXPECT_THAT(found(last, 1), ElementsAre(BuildReason::Schedule)) << "it was withdrawn before its time came";
  last.build.start_time = make::at(-10);
  EXPECT_THAT(found(last, 1), ElementsAre(BuildReason::Schedule)) << "it took its inputs before 12:00";
  last.build.start_time = make::at(1);
  last.build.completion_time = make::at(600);
  EXPECT_THAT(found(last, 899), IsEmpty());
}

TEST(ReasonSchedule, IsNoneBeforeTheFirstBuildAndWhileOneRuns) {
  EXPECT_THAT(found({}, 900), ElementsAre(BuildReason::First));
  auto last = built(*make::image(), *make::builder());
  last.build.completion_time.reset();
  last.build.queued_time = make::at(-3000);
  EXPECT_EQ(schedule_time(make::image(with_schedule())->spec.rebuild, last.build), std::nullopt);
}

TEST(ReasonSchedule, TriesAgainWhatOnlyTheUserCanMend) {
  const auto last = built(*make::image(), *make::builder(), api::FailureClass::CompileFailed);
  EXPECT_THAT(found(last, 899), IsEmpty());
  EXPECT_THAT(found(last, 900), ElementsAre(BuildReason::Schedule));
}

TEST(ReasonSchedule, StaysWithABuildThatIsReplacedBeforeItBegins) {
  EXPECT_TRUE(whatever_the_inputs({{BuildReason::Schedule, {}}}));
  EXPECT_FALSE(whatever_the_inputs({{BuildReason::Tree, {}}, {BuildReason::Spec, {}}}));
}

}  // namespace
}  // namespace staves::decide::testing
