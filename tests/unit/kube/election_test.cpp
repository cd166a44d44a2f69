#include "kube/election.h"

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "tests/support/manual_clock.h"

namespace staves::kube {
namespace {

using base::Json;
using namespace std::chrono_literals;

class AnElection : public testing::Test {
 protected:
  /// What a holder called "other" writes, whatever its clock says.
  static LeaseRecord of_other(const std::string& renew_time) {
    return {.holder = "other", .duration = 15s, .acquire_time = "then", .renew_time = renew_time, .transitions = 3};
  }
  void see(const LeaseRecord& record) { election_.see(record, std::to_string(++version_), clock_.steady_now()); }
  std::optional<LeaseRecord> bid() const { return election_.bid(clock_.steady_now(), clock_.now()); }

  test::ManualClock clock_;
  Election election_{"me", {}};
  int version_ = 0;
};

TEST_F(AnElection, ALeaseThatIsNotThereIsMade) {
  election_.see_none();
  const auto wanted = bid();
  ASSERT_TRUE(wanted);
  EXPECT_EQ(*wanted, (LeaseRecord{.holder = "me",
                                  .duration = 15s,
                                  .acquire_time = "2026-05-01T00:00:00.000000Z",
                                  .renew_time = "2026-05-01T00:00:00.000000Z",
                                  .transitions = 0}));
}

TEST_F(AnElection, ARenewalKeepsWhenTheLeaseWasTakenAndHowOftenItChangedHands) {
  see({.holder = "me", .duration = 15s, .acquire_time = "then", .renew_time = "then", .transitions = 7});
  clock_.advance(1500ms);
  const auto wanted = bid();
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->acquire_time, "then");
  EXPECT_EQ(wanted->renew_time, "2026-05-01T00:00:01.500000Z");
  EXPECT_EQ(wanted->transitions, 7);
}

TEST_F(AnElection, AHolderIsLeftAloneForAWholeLeaseSinceItsLastChange) {
  see(of_other("a"));
  clock_.advance(14s);
  EXPECT_FALSE(bid());
  see(of_other("b"));
  clock_.advance(14'999ms);
  EXPECT_FALSE(bid());
  clock_.advance(1ms);
  const auto wanted = bid();
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->holder, "me");
  EXPECT_EQ(wanted->transitions, 4);
}

TEST_F(AnElection, AHolderWhoseClockIsYearsBehindIsLeftAloneWhileItRenews) {
  for (int i = 0; i < 100; ++i) {
    see(of_other("1999-12-31T23:59:" + std::to_string(10 + i)));
    EXPECT_FALSE(bid()) << i;
    clock_.advance(10s);
  }
}

TEST_F(AnElection, AHolderWhoseClockIsYearsAheadLosesTheLeaseWhenItStopsToRenew) {
  see(of_other("2199-01-01T00:00:00.000000Z"));
  clock_.advance(14s);
  see(of_other("2199-01-01T00:00:00.000000Z"));
  clock_.advance(1s);
  EXPECT_TRUE(bid());
}

TEST_F(AnElection, ALeaseThatWasGivenBackIsFreeAtOnce) {
  see(of_other("a"));
  see({.holder = "", .duration = 1s, .acquire_time = "then", .renew_time = "b", .transitions = 3});
  const auto wanted = bid();
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->transitions, 4);
  EXPECT_EQ(election_.farewell(clock_.now()).holder, "");
  EXPECT_EQ(election_.farewell(clock_.now()).duration, 1s) << "the API server refuses 0";
}

TEST_F(AnElection, AHolderIsLeftAloneAlsoWhenItsLeaseWasDeleted) {
  see(of_other("a"));
  clock_.advance(5s);
  election_.see_none();
  EXPECT_FALSE(bid());
  clock_.advance(10s);
  EXPECT_TRUE(bid());
}

TEST_F(AnElection, ADurationThatSomebodySpoiltNeitherShortensTheWaitNorMakesItEndless) {
  for (const std::chrono::seconds duration : {0s, 1s, std::chrono::seconds(2'000'000'000)}) {
    LeaseRecord record = of_other("a" + std::to_string(duration.count()));
    record.duration = duration;
    see(record);
    clock_.advance(14s);
    EXPECT_FALSE(bid()) << duration.count();
    clock_.advance(1h);
    EXPECT_TRUE(bid()) << duration.count();
  }
}

TEST(TermsOfALease, HaveToLetALeaderStopBeforeAnotherBegins) {
  EXPECT_TRUE(check_terms({}));
  EXPECT_FALSE(check_terms({.duration = 10s, .renew_deadline = 10s}));
  EXPECT_FALSE(check_terms({.renew_deadline = 2s, .request_deadline = 1s}));
  EXPECT_FALSE(check_terms({.request_deadline = 10s}));
  EXPECT_FALSE(check_terms({.request_deadline = 0s}));
}

TEST(ALeaseRecord, IsReadBackAsItIsWritten) {
  const LeaseRecord record{
      .holder = "me", .duration = 15s, .acquire_time = "then", .renew_time = "now", .transitions = 2};
  const Json body = Json::parse(lease_body({"staves-system", "lease"}, record));
  EXPECT_EQ(body["apiVersion"], "coordination.k8s.io/v1");
  EXPECT_EQ(body["kind"], "Lease");
  EXPECT_EQ(body["metadata"], (Json{{"name", "lease"}, {"namespace", "staves-system"}}));
  EXPECT_EQ(parse_lease(body), record);
  const Json patch = Json::parse(lease_patch(record, "42"));
  EXPECT_EQ(patch["metadata"], (Json{{"resourceVersion", "42"}}));
  EXPECT_EQ(parse_lease(patch), record);
}

TEST(ALeaseRecord, OfASpoiltLeaseSaysNothing) {
  for (const char* text : {R"(null)", R"([])", R"({})", R"({"spec":null})", R"({"spec":[1]})",
                           R"({"spec":{"holderIdentity":7,"leaseDurationSeconds":"x","renewTime":{},"acquireTime":1}})",
                           R"({"spec":{"leaseDurationSeconds":-5,"leaseTransitions":-1}})"}) {
    EXPECT_EQ(parse_lease(Json::parse(text)), LeaseRecord()) << text;
  }
  EXPECT_EQ(parse_lease(Json::parse(R"({"spec":{"leaseTransitions":99999999999}})")).transitions, 2147483647);
}

}  // namespace
}  // namespace staves::kube
