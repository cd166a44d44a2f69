#include "base/digest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using namespace std::chrono_literals;
using base::Json;

void set_rebuild(Play& play, const Json& rebuild) {
  play.farm().change_image([&](Json& image) { image["spec"]["rebuild"] = rebuild; });
  play.settle();
}

void move_stage3(Play& play) {
  play.set_stage3(base::sha256_digest("a newer stage3"));
  play.pass(3601s);
}

std::string reasons_of_build(Play& play) {
  std::string all;
  const Json image = play.farm().image();
  for (const Json& reason : image["status"]["build"]["reasons"]) all += reason["reason"].get<std::string>() + " ";
  return all;
}

std::string message_of_ready(Play& play) {
  const Json image = play.farm().image();
  for (const Json& condition : image["status"]["conditions"]) {
    if (condition["type"] == "Ready") return condition["message"].get<std::string>();
  }
  return {};
}

TEST(Rebuild, WhatIsHeldBackBuildsNothingAndTheNextBuildTakesIt) {
  Play play;
  apply_and_build(play);
  set_rebuild(play, {{"onBuilderChange", false}});
  move_stage3(play);
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  play.restart();
  play.settle();
  EXPECT_EQ(play.jobs_made(), 1);
  change_packages(play);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(reasons_of_build(play), "Spec Builder ");
  const std::string stage3 = play.farm().image()["status"]["build"]["inputs"]["stage3"].get<std::string>();
  EXPECT_TRUE(stage3.ends_with(base::sha256_digest("a newer stage3"))) << stage3;
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(Rebuild, ATreeInWhichNoPackageOfTheImageChangesMakesNoImage) {
  Play play;
  apply_and_build(play);
  const Json before = play.farm().image()["status"]["image"];
  move_tree(play);
  EXPECT_EQ(reasons_of_build(play), "Tree ");
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  const Json status = play.farm().image()["status"];
  EXPECT_TRUE(status["build"]["packagesUnchanged"].get<bool>());
  EXPECT_EQ(status["image"]["digest"], before["digest"]);
  EXPECT_EQ(status["image"]["pushedTime"], before["pushedTime"]);
  EXPECT_EQ(status["image"]["inputsDigest"], status["build"]["inputs"]["digest"]);
  EXPECT_EQ(status["history"][0]["digest"], before["digest"]);
  EXPECT_EQ(status["history"][0]["result"], "Unchanged");
  EXPECT_EQ(status["build"]["warnings"][0]["package"], "app-misc/careful-1") << "it is still true of the image";
  EXPECT_FALSE(status["build"].contains("progress"));
  const int jobs = play.jobs_made();
  for (int hour = 0; hour < 3; ++hour) play.pass(3601s);
  play.restart();
  play.settle();
  EXPECT_EQ(play.jobs_made(), jobs) << "the same tree was asked about again";
  move_tree(play, "the next tree");
  build(play);
  EXPECT_EQ(play.jobs_made(), jobs + 1);
  change_packages(play);
  build(play);
  EXPECT_FALSE(play.farm().image()["status"]["build"].contains("packagesUnchanged"));
}

TEST(Rebuild, ATreeThatIsToMakeAnImageAlwaysDoes) {
  Play play;
  apply_and_build(play);
  set_rebuild(play, {{"onTreeChange", "Always"}});
  move_tree(play);
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_FALSE(play.farm().image()["status"]["build"].contains("packagesUnchanged"));
  EXPECT_NE(play.farm().jobs().back().dump().find("staves.dev/plan"), std::string::npos);
  EXPECT_EQ(play.farm().jobs().back().dump().find("\"unless\\\""), std::string::npos);
}

TEST(Rebuild, AScheduleBuildsOnceATime) {
  Play play;
  apply_and_build(play);
  set_rebuild(play, {{"schedule", "@hourly"}});
  int jobs = 1;
  for (int hour = 0; hour < 3; ++hour) {
    play.pass(3600s);
    EXPECT_EQ(play.jobs_made(), ++jobs);
    EXPECT_EQ(reasons_of_build(play), "Schedule ");
    build(play);
    EXPECT_EQ(play.farm().ready(), "True/Built");
    EXPECT_EQ(play.jobs_made(), jobs);
  }
}

TEST(Rebuild, TimesThatWereMissedAreMadeUpForByOneBuild) {
  Play play;
  apply_and_build(play);
  set_rebuild(play, {{"schedule", "@hourly"}});
  play.farm().change_image([](Json& image) { image["spec"]["suspend"] = true; });
  play.settle();
  play.pass(36000s);
  EXPECT_EQ(play.jobs_made(), 1);
  play.restart();
  play.farm().change_image([](Json& image) { image["spec"]["suspend"] = false; });
  play.settle();
  EXPECT_EQ(play.jobs_made(), 2);
  build(play);
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(Rebuild, AScheduleThatNeverComesIsRefused) {
  Play play;
  apply_and_build(play);
  set_rebuild(play, {{"schedule", "0 0 30 2 *"}});
  EXPECT_NE(message_of_ready(play).find("none of its months"), std::string::npos) << message_of_ready(play);
  const Json image = play.farm().image();
  EXPECT_NE(image["status"]["conditions"].dump().find("InvalidSpec"), std::string::npos);
}

TEST(Rebuild, AnImageThatTheRegistryLostIsBuiltAgainOnce) {
  Play play;
  play.set_registry("");
  apply_and_build(play);
  EXPECT_TRUE(play.farm().image()["status"]["image"].contains("seenTime"));
  play.set_registry("ImageNotFound");
  play.pass(3601s);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(reasons_of_build(play), "ImageMissing ");
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  play.restart();
  play.settle();
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  // It brings the same digest back, and what was said of that before says nothing of now.
  play.set_registry("RegistryUnreachable");
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  play.set_registry("");
  for (int hour = 0; hour < 3; ++hour) play.pass(3601s);
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(Rebuild, ARegistryThatHidesItsImagesFromStrangersBuildsNothing) {
  Play play;
  play.set_registry("ImageNotFound");
  apply_and_build(play);
  for (int hour = 0; hour < 3; ++hour) play.pass(3601s);
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Rebuild, ARegistryThatWantsALoginOrIsAwayBuildsNothing) {
  Play play;
  play.set_registry("");
  apply_and_build(play);
  for (const char* error : {"RegistryAuthFailed", "RegistryUnreachable"}) {
    play.set_registry(error);
    play.pass(3601s);
    EXPECT_EQ(play.farm().ready(), "True/Built") << error;
  }
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(Rebuild, ARegistryIsAskedNoMoreThanEveryFiveMinutes) {
  Play play;
  play.set_registry("");
  apply_and_build(play);
  play.farm().change_builder([](Json& builder) { builder["spec"]["refreshSeconds"] = 60; });
  play.settle();
  const int before = play.looks_at_images();
  const int writes = play.cluster().writes();
  for (int minute = 0; minute < 60; ++minute) play.pass(60s);
  EXPECT_LE(play.looks_at_images() - before, 12);
  EXPECT_GE(play.looks_at_images() - before, 8);
  EXPECT_EQ(play.cluster().writes(), writes);
}

TEST(Kueue, AJobWaitsUntilItIsResumedHoweverLongThatTakes) {
  Play play;
  apply_in_queue(play);
  ASSERT_EQ(play.jobs_made(), 1);
  play.pass(86400s);
  EXPECT_EQ(play.farm().ready(), "Unknown/Queued");
  EXPECT_NE(message_of_ready(play).find("the queue builds"), std::string::npos) << message_of_ready(play);
  play.farm().resume_jobs();
  play.settle();
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(Kueue, AJobThatIsStoppedForAnotherGoesOnLater) {
  Play play;
  apply_in_queue(play);
  play.farm().resume_jobs();
  play.settle();
  run(play);
  play.farm().suspend_jobs();
  play.settle();
  play.pass(3600s);
  EXPECT_EQ(play.farm().ready(), "Unknown/Queued");
  play.farm().resume_jobs();
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(Kueue, AJobThatWaitsThereHasAPlace) {
  Play play;
  apply_in_queue(play);
  play.farm().change_builder([](Json& builder) { builder["spec"]["maxConcurrentBuilds"] = 1; });
  play.farm().apply_images({"other"});
  play.settle();
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.farm().builder()["status"]["builds"]["running"], 1);
}

TEST(Kueue, AnotherQueueMovesOnlyAJobThatHasNotBegun) {
  Play play;
  apply_in_queue(play);
  const auto set_queue = [&](const char* name) {
    play.farm().change_image([&](Json& image) { image["spec"]["queueName"] = name; });
    play.settle();
  };
  set_queue("urgent");
  ASSERT_EQ(play.farm().jobs().size(), 1U);
  EXPECT_EQ(play.farm().jobs()[0]["metadata"]["labels"]["kueue.x-k8s.io/queue-name"], "urgent");
  const int made = play.jobs_made();
  play.farm().resume_jobs();
  play.settle();
  run(play);
  set_queue("builds");
  succeed(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  set_queue("urgent");
  EXPECT_EQ(play.jobs_made(), made);
}

TEST(Kueue, AJobKeepsItsTurnWhenItsBuilderMovesAndTheNextBuildFollows) {
  Play play;
  apply_in_queue(play);
  move_stage3(play);
  EXPECT_EQ(play.jobs_made(), 1);
  play.farm().resume_jobs();
  play.settle();
  build(play);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(reasons_of_build(play), "Builder ");
}

}  // namespace
}  // namespace staves::scenario
