#include "operate/tag_resolver.h"

#include <map>
#include <thread>

#include "gtest/gtest.h"
#include "operate/host_of.h"
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

TEST_F(TagResolving, WhoeverDoesNotAskAnyMoreIsNotWoken) {
  latest("host/stage3:latest", "glibc");
  answer();
  clock_->advance(1h);
  latest("host/stage3:latest", "gone");
  answer();
  woken_.clear();
  clock_->advance(1h);
  says_ = "sha256:2";
  latest("host/stage3:latest", "glibc");
  answer();
  EXPECT_EQ(woken_, std::vector<std::string>{"builder/team-a/glibc"});
}

TEST_F(TagResolving, TagsThatNobodyWantsAreForgotten) {
  latest("host/a:1");
  answer();
  clock_->advance(24h * 15);
  latest("host/b:1");
  EXPECT_EQ(tags_.size(), 1U);
}

/// Some hosts do not answer until the test lets them.
class SlowHosts {
 public:
  base::Result<std::string> ask(const TagQuestion& question) {
    std::unique_lock lock(mutex_);
    most_at_once_ = std::max(most_at_once_, ++at_once_[host_of(question.reference)]);
    answered_.notify_all();
    if (question.reference.contains("slow")) let_go_.wait(lock, [this] { return released_; });
    --at_once_[host_of(question.reference)];
    ++answers_;
    answered_.notify_all();
    return "sha256:1";
  }
  bool wait_for_answers(int number) {
    std::unique_lock lock(mutex_);
    return answered_.wait_for(lock, 5s, [&] { return answers_ >= number; });
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    let_go_.notify_all();
  }
  int most_at_once() {
    const std::lock_guard lock(mutex_);
    return most_at_once_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable let_go_;
  std::condition_variable answered_;
  std::map<std::string, int> at_once_;
  int most_at_once_ = 0;
  int answers_ = 0;
  bool released_ = false;
};

/// A resolver that several threads work for, and what builders of some namespace ask it.
class TagResolvingOnThreads : public testing::Test {
 protected:
  void start(int number) {
    for (int i = 0; i < number; ++i) {
      threads_.emplace_back([this](const std::stop_token& stop) { tags_.work(stop); });
    }
  }
  void ask(const std::string& name_space, const std::vector<std::string>& references) {
    for (const std::string& reference : references) {
      tags_.latest({.reference = reference, .route = {}}, {Subject::Builder, {name_space, "glibc"}});
    }
  }

  SlowHosts hosts_;

 private:
  TagResolver tags_{[this](const TagQuestion& question, const std::stop_token&) { return hosts_.ask(question); },
                    std::make_shared<test::ManualClock>(), [](const WorkKey&) {}};
  std::vector<std::jthread> threads_;
};

TEST_F(TagResolvingOnThreads, OneHostThatDoesNotAnswerHoldsOneThread) {
  start(2);
  ask("team-a", {"slow.example/a:1", "slow.example:5000/b:1", "https://Slow.example/c#main", "quick.example/d:1",
                 "quick.example/e:1"});
  EXPECT_TRUE(hosts_.wait_for_answers(2)) << "the host that answers is not kept waiting";
  hosts_.release();
  EXPECT_TRUE(hosts_.wait_for_answers(5)) << "nor is anything forgotten";
  EXPECT_EQ(hosts_.most_at_once(), 1);
}

TEST_F(TagResolvingOnThreads, ANamespaceWhoseHostsDoNotAnswerLeavesThreadsToOthers) {
  start(3);
  ask("team-a", {"slow-1.example/a:1", "slow-2.example/a:1", "slow-3.example/a:1", "slow-4.example/a:1"});
  ask("team-b", {"quick-1.example/d:1", "quick-2.example/e:1"});
  EXPECT_TRUE(hosts_.wait_for_answers(2)) << "team-b is not kept waiting";
  hosts_.release();
  EXPECT_TRUE(hosts_.wait_for_answers(6)) << "nor is anything of team-a forgotten";
}

TEST(Hosts, AreTheNameAloneWhateverIsAroundIt) {
  EXPECT_EQ(host_of("https://git.example/a/b.git#main"), "git.example");
  EXPECT_EQ(host_of("http://Git.Example.:8080#"), "git.example");
  EXPECT_EQ(host_of("https://user@git.example/a#main"), "git.example");
  EXPECT_EQ(host_of("https://[::1]:8443/a#main"), "[::1]");
  EXPECT_EQ(host_of("registry.example:5000/a/b:1"), "registry.example");
  EXPECT_EQ(host_of("registry.example/a@sha256:" + std::string(64, '1')), "registry.example");
  EXPECT_EQ(host_of("gentoo/stage3:latest"), "docker.io");
  EXPECT_EQ(host_of("no reference"), "no reference");
}

}  // namespace
}  // namespace staves::operate
