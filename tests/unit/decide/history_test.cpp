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

}  // namespace
}  // namespace staves::decide
