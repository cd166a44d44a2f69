#include "decide/history.h"

#include <gtest/gtest.h>

#include "support/makers.h"

namespace staves::decide {
namespace {

/// Build 2 runs; build 1 succeeded and is remembered as spec.history allows.
ImageObservation second_build(bool first_is_remembered) {
  api::StavesImageStatus status;
  status.build.number = 2;
  status.build.job_name = "bash-2";
  if (first_is_remembered) {
    status.history.emplace_back();
    status.history.back().number = 1;
    status.history.back().succeeded = true;
  }
  return make::observation([&](ImageObservation& seen) { seen.wanted = make::image(make::with_status(status)); });
}

TEST(History, KeepsTheJobOfARememberedBuildThoughTheJobDoesNotSayCompleteYet) {
  ImageObservation seen = second_build(true);
  seen.jobs = {make::job("bash-1", 1), make::job("bash-2", 2)};
  EXPECT_TRUE(delete_spent_jobs(seen).empty());
}

TEST(History, DeletesTheJobsOfBuildsThatItNoLongerRemembers) {
  ImageObservation seen = second_build(false);
  seen.jobs = {make::job("bash-1", 1, make::complete), make::job("bash-2", 2)};
  const auto deletions = delete_spent_jobs(seen);
  ASSERT_EQ(deletions.size(), 1U);
  EXPECT_EQ(deletions[0].object.name, "bash-1");
}

TEST(History, KeepsOneOfTheBuildsThatFoundNothingToMakeBesideTheOthers) {
  std::vector<api::PastBuild> history(6);
  for (std::size_t i = 0; i < history.size(); ++i) {
    history[i].number = static_cast<std::int64_t>(history.size() - i);
    history[i].succeeded = true;
    history[i].unchanged = i < 4;
  }
  api::StavesImageSpec spec;
  trim_history(history, spec);
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history.front().number, 6);
  EXPECT_EQ(history.back().number, 1);
  spec.history_succeeded = 0;
  trim_history(history, spec);
  EXPECT_TRUE(history.empty());
}

}  // namespace
}  // namespace staves::decide
