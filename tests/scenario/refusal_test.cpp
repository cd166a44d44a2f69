#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using namespace std::chrono_literals;
using base::Json;

const base::Error quota{"Forbidden", "exceeded quota: jobs, requested: count/jobs.batch=1", base::Retry::soon()};
const base::Error invalid{"Invalid", "requests[cpus]: Invalid value", base::Retry::when_spec_changes()};

std::string message_of(const Json& object, const char* type) {
  for (const Json& condition : object["status"]["conditions"]) {
    if (condition["type"] == type) return condition["message"].get<std::string>();
  }
  return {};
}

std::string waiting_of(Play& play) {
  const Json image = play.farm().image();
  return image["status"]["build"].value("waiting", "");
}

TEST(Refusal, OfAJobIsOnTheResourceInTheServersWordsUntilTheJobIsMade) {
  Play play;
  play.cluster().refuse_creations("jobs", quota);
  apply(play);
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  EXPECT_NE(waiting_of(play).find(quota.message), std::string::npos) << waiting_of(play);
  const Json image = play.farm().image();
  EXPECT_NE(message_of(image, "Ready").find(quota.message), std::string::npos) << message_of(image, "Ready");

  play.cluster().refuse_creations("jobs", std::nullopt);
  play.pass(61s);
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(waiting_of(play), "");
  const Json mended = play.farm().image();
  EXPECT_EQ(message_of(mended, "Ready").find("refused"), std::string::npos) << message_of(mended, "Ready");
}

TEST(Refusal, ThatStaysTheSameIsWrittenOnceAndTriedEveryMinute) {
  Play play;
  play.cluster().refuse_creations("jobs", quota);
  apply(play);
  const int writes = play.cluster().writes();
  const int calls = play.cluster().calls();
  for (int minute = 0; minute < 10; ++minute) play.pass(60s);
  EXPECT_EQ(play.cluster().writes(), writes);
  EXPECT_LE(play.cluster().calls() - calls, 11);
  EXPECT_GE(play.cluster().calls() - calls, 9);
}

TEST(Refusal, OfAnInvalidJobIsForTheUserToMendAndTheCorrectionIsTriedAtOnce) {
  Play play;
  play.cluster().refuse_creations("jobs", invalid);
  apply(play);
  EXPECT_EQ(play.farm().ready(), "False/InvalidSpec");
  const Json image = play.farm().image();
  EXPECT_NE(message_of(image, "Stalled").find("Correct what it names in spec.build"), std::string::npos);

  play.cluster().refuse_creations("jobs", std::nullopt);
  play.farm().change_image([](Json& object) { object["spec"]["build"]["timeoutSeconds"] = 600; });
  play.settle();
  EXPECT_EQ(play.jobs_made(), 1);
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  EXPECT_EQ(message_of(play.farm().image(), "Stalled"), "");
}

TEST(Refusal, IsSeenAsItIsByANewOperator) {
  Play play;
  play.cluster().refuse_creations("jobs", invalid);
  apply(play);
  const Json before = end_state(play.cluster());
  const int writes = play.cluster().writes();
  play.restart();
  play.settle();
  EXPECT_EQ(end_state(play.cluster()), before);
  EXPECT_EQ(play.cluster().writes(), writes);
}

TEST(Refusal, OfAClaimIsOnTheBuilderUntilTheClaimIsMade) {
  Play play;
  play.cluster().refuse_creations("persistentvolumeclaims", quota);
  play.farm().apply_builder();
  play.settle();
  EXPECT_EQ(play.farm().cache_ready(), "False/Refused");
  EXPECT_NE(message_of(play.farm().builder(), "CacheReady").find(quota.message), std::string::npos);
  const int writes = play.cluster().writes();
  for (int minute = 0; minute < 5; ++minute) play.pass(60s);
  EXPECT_EQ(play.cluster().writes(), writes);

  play.cluster().refuse_creations("persistentvolumeclaims", std::nullopt);
  play.pass(61s);
  EXPECT_EQ(play.farm().cache_ready(), "Unknown/Pending");
}

}  // namespace
}  // namespace staves::scenario
