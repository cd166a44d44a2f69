#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/lives.h"

namespace staves::scenario {
namespace {

using base::Json;

/// A life, and what its operator sees of it.
class Views : public testing::TestWithParam<Life> {
 protected:
  /// Lives it with other watches, and compares.
  void expect_same(const Sight& sight, const std::string& what) const {
    SCOPED_TRACE(what);
    Play play(sight);
    GetParam().live(play);
    EXPECT_EQ(play.jobs_made(), GetParam().jobs);
    const Json end = outcome(play.cluster());
    EXPECT_EQ(end, wanted_) << Json::diff(wanted_, end).dump(1);
  }

  void SetUp() override {
    Play undisturbed;
    GetParam().live(undisturbed);
    ASSERT_EQ(undisturbed.farm().ready(), GetParam().end);
    wanted_ = outcome(undisturbed.cluster());
  }

  Json wanted_;
};

TEST_P(Views, ThatLackAnyEventUntilTheNextListEndLikeALifeThatWasSeen) {
  Play seen(Sight{});
  GetParam().live(seen);
  ASSERT_EQ(outcome(seen.cluster()), wanted_);
  const int events = seen.events_seen();
  ASSERT_GE(events, 6 * GetParam().jobs) << "of a build its Job, its pod, and what became of them at least";
  for (int event = 1; event <= events; ++event) {
    expect_same({.skips = event}, "without event " + std::to_string(event));
  }
}

TEST_P(Views, ThatAreBehindEndLikeALifeThatWasSeen) {
  for (const char* kind : {"", "stavesimages", "stavesbuilders", "jobs", "pods", "persistentvolumeclaims"}) {
    for (const int behind : {1, 3}) {
      expect_same({.behind = behind, .kind = kind}, kind + (" behind by " + std::to_string(behind)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Views, testing::ValuesIn(lives()), [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace staves::scenario
