#include "operate/tag_resolver.h"

#include "gtest/gtest.h"
#include "tests/support/manual_clock.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;

class TagResolving : public testing::Test {
 protected:
  decide::TagLookup latest(const std::string& reference = "host/stage3:latest", const std::string& asker = "glibc") {
    return tags_.latest({.reference = reference, .route = {}, .refresh = 1h}, {Subject::Builder, {"team-a", asker}});
  }
  void answer() {
    while (tags_.work_once({})) {
    }
  }

  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  base::Result<std::string> says_ = "sha256:1";
  int asked_ = 0;
  std::vector<std::string> woken_;
  TagResolver tags_{[this](const TagQuestion&, const std::stop_token&) { return ++asked_, says_; }, clock_,
                    [this](const WorkKey& key) { woken_.push_back(to_text(key)); }};
};

TEST_F(TagResolving, NobodyWaitsForARegistry) {
  const auto first = latest();
  EXPECT_EQ(first.reference, "host/stage3:latest");
  EXPECT_FALSE(first.digest);
  EXPECT_FALSE(first.error);
  EXPECT_EQ(asked_, 0);
  answer();
  EXPECT_EQ(latest().digest, "sha256:1");
  EXPECT_EQ(woken_, std::vector<std::string>{"builder/team-a/glibc"});
}

TEST_F(TagResolving, AnAnswerIsGoodUntilItsRefresh) {
  latest();
  answer();
  clock_->advance(59min);
  latest();
  answer();
  EXPECT_EQ(asked_, 1);
  clock_->advance(1min);
  EXPECT_EQ(latest().digest, "sha256:1") << "the old answer holds while it is asked again";
  answer();
  EXPECT_EQ(asked_, 2);
}

TEST_F(TagResolving, AnAnswerThatNobodyWantedForLongIsAskedForAnewBeforeItIsUsed) {
  latest();
  answer();
  woken_.clear();
  clock_->advance(2h + 1s);
  EXPECT_FALSE(latest().digest);
  answer();
  EXPECT_EQ(latest().digest, "sha256:1");
  EXPECT_EQ(woken_, std::vector<std::string>{"builder/team-a/glibc"});
}

TEST_F(TagResolving, EveryoneWhoAskedIsWokenByAnotherAnswerAndByNoOther) {
  latest("host/stage3:latest", "glibc");
  latest("host/stage3:latest", "musl");
  answer();
  EXPECT_EQ(woken_, (std::vector<std::string>{"builder/team-a/glibc", "builder/team-a/musl"}));
  EXPECT_EQ(asked_, 1);
  woken_.clear();
  clock_->advance(1h);
  latest();
  answer();
  EXPECT_TRUE(woken_.empty());
}

TEST_F(TagResolving, AnErrorLeavesTheLastDigestAndIsTriedAgainAfterAMinute) {
  latest();
  answer();
  clock_->advance(1h);
  says_ = base::fail("RegistryUnreachable", "no route", base::Retry::soon());
  latest();
  answer();
  const auto seen = latest();
  EXPECT_EQ(seen.digest, "sha256:1");
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->code, "RegistryUnreachable");
  answer();
  EXPECT_EQ(asked_, 2);
  clock_->advance(60s);
  says_ = "sha256:2";
  latest();
  answer();
  EXPECT_EQ(latest().digest, "sha256:2");
  EXPECT_FALSE(latest().error);
}

TEST_F(TagResolving, AnAnswerAboutAnEarlierPushIsNone) {
  TagQuestion question{.reference = "host/image@sha256:1", .route = {}, .refresh = 1h, .since = "12:00"};
  const WorkKey asker{Subject::Image, {"team-a", "bash"}};
  says_ = base::fail("ImageNotFound", "gone", base::Retry::soon());
  tags_.latest(question, asker);
  answer();
  EXPECT_TRUE(tags_.latest(question, asker).error);
  question.since = "12:05";
  EXPECT_FALSE(tags_.latest(question, asker).error);
  says_ = "sha256:1";
  answer();
  EXPECT_EQ(tags_.latest(question, asker).digest, "sha256:1");
  clock_->advance(2h + 1s);
  question.since = "15:00";
  tags_.latest(question, asker);
  EXPECT_EQ(tags_.size(), 1U) << "one push after the other must not fill the memory";
}

TEST_F(TagResolving, AnErrorIsGoodForAsLongAsItIsAskedFor) {
  const TagQuestion patient{.reference = "host/a", .route = {}, .refresh = 1h, .after_error = 5min};
  const WorkKey asker{Subject::Image, {"team-a", "bash"}};
  says_ = base::fail("RegistryUnreachable", "no route", base::Retry::soon());
  for (int minute = 0; minute < 10; ++minute, clock_->advance(1min)) {
    tags_.latest(patient, asker);
    answer();
  }
  EXPECT_EQ(asked_, 2);
}

TEST_F(TagResolving, TagsThatNobodyWantsAreForgotten) {
  latest("host/a:1");
  answer();
  clock_->advance(24h * 15);
  latest("host/b:1");
  EXPECT_EQ(tags_.size(), 1U);
}

}  // namespace
}  // namespace staves::operate
