#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using base::Json;

void set_priority(Play& play, const char* name) {
  play.farm().change_image([&](Json& image) { image["spec"]["build"]["priorityClassName"] = name; });
  play.settle();
}

Json status_of_build(Play& play) {
  return play.farm().image()["status"]["build"];
}

std::string message_of_ready(Play& play) {
  const Json image = play.farm().image();
  for (const Json& condition : image["status"]["conditions"]) {
    if (condition["type"] == "Ready") return condition["message"].get<std::string>();
  }
  return {};
}

/// A build whose Job waits: it may never get a pod.
void begin(Play& play) {
  apply(play);
  ASSERT_EQ(play.jobs_made(), 1);
}

TEST(WaitingJob, IsReplacedWhenAFieldIsCorrectedThatIsNoInput) {
  Play play;
  begin(play);
  set_priority(play, "none-such");
  EXPECT_EQ(play.jobs_made(), 2);
  set_priority(play, "");
  EXPECT_EQ(play.jobs_made(), 3);
  ASSERT_EQ(play.farm().jobs().size(), 1U);
  EXPECT_FALSE(play.farm().jobs().at(0)["spec"]["template"]["spec"].contains("priorityClassName"));
}

TEST(WaitingJob, IsReplacedOnceForEachNewValueOfTheRebuildAnnotation) {
  Play play;
  begin(play);
  ask_for_rebuild(play, "1");
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(status_of_build(play)["number"], 2);
  EXPECT_EQ(status_of_build(play)["reasons"][1]["reason"], "Trigger");
  play.restart();
  play.settle();
  EXPECT_EQ(play.jobs_made(), 2);
  ask_for_rebuild(play, "2");
  EXPECT_EQ(play.jobs_made(), 3);
}

TEST(WaitingJob, IsLeftAloneWhenNothingChanges) {
  Play play;
  begin(play);
  for (int minute = 0; minute < 10; ++minute) play.pass(std::chrono::seconds(60));
  play.restart();
  play.settle();
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(WaitingJob, OfAnOperatorThatDidNotSayWhatItRenderedIsLeftAloneByAnUpgrade) {
  Play play;
  begin(play);
  const Json job = play.farm().jobs().at(0);
  play.cluster().edit(operate::resource_type(api::job_kind()), {"team-a", job["metadata"]["name"].get<std::string>()},
                      [](Json& object) {
                        object["metadata"]["annotations"].erase("staves.dev/rendered");
                        object["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example/staves:older";
                      });
  play.restart();
  play.settle();
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(RunningJob, IsNotReplacedAndTheMessageSaysThatARebuildWaitsForIt) {
  Play play;
  begin(play);
  run(play);
  set_priority(play, "urgent");
  EXPECT_EQ(play.jobs_made(), 1);
  ask_for_rebuild(play, "1");
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_NE(message_of_ready(play).find("the rebuild that staves.dev/rebuild asks for waits for it"), std::string::npos)
      << message_of_ready(play);
  succeed(play);
  EXPECT_EQ(play.jobs_made(), 2);
  EXPECT_EQ(status_of_build(play)["reasons"][0]["reason"], "Trigger");
}

}  // namespace
}  // namespace staves::scenario
