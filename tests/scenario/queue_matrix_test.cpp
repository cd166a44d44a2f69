#include "base/digest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/play.h"

namespace staves::scenario {
namespace {

using namespace std::chrono_literals;
using base::Json;
using test::Fault;

const std::vector<std::string> three{"one", "two", "three"};

/// Three images on a builder with one place; the builder changes on the way. Never more Jobs than places, at no tick.
void live(Play& play) {
  play.watch_each_tick([&play] { EXPECT_LE(play.farm().building().size(), 1U); });
  play.farm().apply_builder();
  play.settle();
  play.farm().change_builder([](Json& builder) { builder["spec"]["maxConcurrentBuilds"] = 1; });
  play.settle();
  play.farm().apply_images(three);
  play.settle();
  play.farm().succeed(play.farm().building().front());
  play.settle();
  play.set_stage3(base::sha256_digest("a newer stage3"));
  play.pass(3601s);
  for (int turn = 0; turn < 10 && !play.farm().building().empty(); ++turn) {
    play.farm().succeed(play.farm().building().front());
    play.settle();
  }
}

class QueueUnderFaults : public testing::TestWithParam<Fault> {};

TEST_P(QueueUnderFaults, NeverLetsMoreBuildAndNeitherLosesNorDoublesABuild) {
  Play undisturbed;
  live(undisturbed);
  const int writes = undisturbed.cluster().writes();
  const int jobs = undisturbed.jobs_made();
  for (int at = 1; at <= writes; ++at) {
    Play play;
    play.cluster().break_write(at, GetParam());
    live(play);
    EXPECT_EQ(play.jobs_made(), jobs) << "fault at write " << at;
    for (const std::string& name : three) EXPECT_EQ(play.farm().ready(name), "True/Built") << "fault at write " << at;
  }
}

void expect_all_built(const Sight& sight, int jobs, const std::string& what) {
  SCOPED_TRACE(what);
  Play play(sight);
  live(play);
  EXPECT_EQ(play.jobs_made(), jobs);
  for (const std::string& name : three) EXPECT_EQ(play.farm().ready(name), "True/Built") << name;
}

TEST(QueueInABadView, NeverLetsMoreBuildAndNeitherLosesNorDoublesABuild) {
  Play seen(Sight{});
  live(seen);
  const int jobs = seen.jobs_made();
  for (int event = 1; event <= seen.events_seen(); ++event) {
    expect_all_built({.skips = event}, jobs, "without event " + std::to_string(event));
  }
  for (const char* kind : {"", "stavesimages", "stavesbuilders", "jobs", "pods"}) {
    for (const int behind : {1, 3}) {
      expect_all_built({.behind = behind, .kind = kind}, jobs, kind + (" behind by " + std::to_string(behind)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, QueueUnderFaults,
                         testing::Values(Fault::CrashBefore, Fault::CrashAfter, Fault::LostAnswer,
                                         Fault::LostAnswerAndRepeated, Fault::LostQuestion, Fault::Refused,
                                         Fault::Conflict));

}  // namespace
}  // namespace staves::scenario
