#include <tuple>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/lives.h"

namespace staves::scenario {
namespace {

using base::Json;
using test::Fault;

/// A life, and what goes wrong at one write after the other.
class Faults : public testing::TestWithParam<std::tuple<Life, Fault>> {};

TEST_P(Faults, AtAnyWriteEndLikeALifeWithoutThem) {
  const auto& [life, fault] = GetParam();
  Play undisturbed;
  life.live(undisturbed);
  ASSERT_EQ(undisturbed.farm().ready(), life.end);
  ASSERT_EQ(undisturbed.jobs_made(), life.jobs);
  const Json wanted = outcome(undisturbed.cluster());
  const int writes = undisturbed.cluster().writes();
  // Of each build the intent, the Job and the outcome at least.
  ASSERT_GE(writes, 3 * life.jobs);
  const bool crashes = fault == Fault::CrashBefore || fault == Fault::CrashAfter;
  for (int at = 1; at <= writes; ++at) {
    Play play;
    play.cluster().break_write(at, fault);
    life.live(play);
    EXPECT_EQ(play.restarts(), crashes ? 1 : 0) << "fault at write " << at;
    EXPECT_EQ(play.jobs_made(), life.jobs) << "fault at write " << at;
    const Json end = outcome(play.cluster());
    EXPECT_EQ(end, wanted) << "fault at write " << at << Json::diff(wanted, end).dump(1);
  }
}

std::string name_of(Fault fault) {
  switch (fault) {
    case Fault::CrashBefore:
      return "CrashBefore";
    case Fault::CrashAfter:
      return "CrashAfter";
    case Fault::LostAnswer:
      return "LostAnswer";
    case Fault::LostAnswerAndRepeated:
      return "LostAnswerAndRepeated";
    case Fault::LostQuestion:
      return "LostQuestion";
    case Fault::Refused:
      return "Refused";
    case Fault::Conflict:
      return "Conflict";
  }
  return "";
}

std::string name_of_case(const testing::TestParamInfo<std::tuple<Life, Fault>>& one) {
  return std::get<0>(one.param).name + name_of(std::get<1>(one.param));
}

INSTANTIATE_TEST_SUITE_P(Every, Faults,
                         testing::Combine(testing::ValuesIn(lives()),
                                          testing::Values(Fault::CrashBefore, Fault::CrashAfter,
                                                          Fault::LostAnswerAndRepeated, Fault::LostQuestion,
                                                          Fault::Refused)),
                         name_of_case);
// With all lives, which end alike, each of these would take a fifth of the matrix's time more.
INSTANTIATE_TEST_SUITE_P(First, Faults,
                         testing::Combine(testing::Values(lives().front()),
                                          testing::Values(Fault::Conflict, Fault::LostAnswer)),
                         name_of_case);

}  // namespace
}  // namespace staves::scenario
