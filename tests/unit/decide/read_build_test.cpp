#include "decide/read_build.h"

#include <gtest/gtest.h>

#include "support/makers.h"

namespace staves::decide {
namespace {

using api::FailureClass;
using api::Step;

constexpr int input_failed = api::exit_code::failed_by_input;
constexpr int surroundings_failed = api::exit_code::failed_by_surroundings;

template <class... Modifiers>
BuildPods one_pod(const Modifiers&... modify) {
  return {make::pod("j", modify...)};
}

BuildReading read(const BuildPods& pods, const api::BuildJob& job = *make::job("j", 1)) {
  return read_build(job, pods, *make::image(), make::at(20));
}

FailureClass failure_in(const BuildReading& reading) {
  EXPECT_TRUE(reading.ending && reading.ending->failure);
  return reading.ending && reading.ending->failure ? reading.ending->failure->failure_class : FailureClass::Internal;
}

TEST(ReadBuild, TakesTheFirstStepThatRunsForTheStep) {
  EXPECT_EQ(read({}).step, Step::Pending);
  EXPECT_EQ(read(one_pod()).step, Step::Sources);
  EXPECT_EQ(read(one_pod(make::ended("sources", 0))).step, Step::Emerge);
  EXPECT_EQ(read(one_pod(make::ended("sources", 0), make::ended("emerge", 0))).step, Step::Publish);
}

TEST(ReadBuild, KnowsTheTestBetweenEmergeAndPublish) {
  const auto with_test = [](api::BuildPod& pod) {
    api::BuildContainer test = pod.containers.back();
    test.name = "test";
    pod.containers.insert(pod.containers.end() - 1, std::move(test));
  };
  EXPECT_EQ(read(one_pod(with_test, make::ended("sources", 0), make::ended("emerge", 0))).step, Step::Test);
  EXPECT_EQ(read(one_pod(with_test, make::ended("sources", 0), make::ended("emerge", 0), make::ended("test", 0))).step,
            Step::Publish);
  const auto failed = read(one_pod(with_test, make::ended("sources", 0), make::ended("emerge", 0),
                                   make::ended("test", input_failed, make::failed_with(FailureClass::TestFailed))));
  EXPECT_EQ(failure_in(failed), FailureClass::TestFailed);
}

TEST(ReadBuild, KnowsNoSourcesStepWithImageVolumes) {
  const auto without_sources = [](api::BuildPod& pod) {
    std::erase_if(pod.containers, [](const auto& one) { return one.name == "sources" || one.name == "tools"; });
  };
  EXPECT_EQ(read(one_pod(without_sources)).step, Step::Emerge);
}

TEST(ReadBuild, SucceedsAsSoonAsPublishHasEndedWithAResult) {
  const auto reading =
      read(one_pod(make::ended("sources", 0), make::ended("emerge", 0), make::ended("publish", 0, make::published())));
  ASSERT_TRUE(reading.ending);
  EXPECT_FALSE(reading.ending->failure);
  EXPECT_EQ(reading.ending->at, make::at(10));
  EXPECT_EQ(reading.publish->digest, make::image_digest);
}

TEST(ReadBuild, EndsWithNothingMadeOnlyWhereThatWasAskedFor) {
  const std::string unchanged = R"({"outcome":"Unchanged"})";
  const auto pods =
      one_pod(make::ended("sources", 0), make::ended("emerge", 0, unchanged), make::ended("publish", 0, unchanged));
  const auto image = make::image([](api::StavesImage& it) { it.status.build.only_if_packages_change = true; });
  const auto reading = read_build(*make::job("j", 1), pods, *image, make::at(20));
  ASSERT_TRUE(reading.ending);
  EXPECT_FALSE(reading.ending->failure);
  EXPECT_FALSE(reading.publish);
  EXPECT_EQ(reading.ending->at, make::at(10));
  EXPECT_FALSE(read(pods).ending);
  EXPECT_EQ(failure_in(read(pods, *make::job("j", 1, make::complete))), FailureClass::Internal);
}

TEST(ReadBuild, DoesNotBelieveASuccessWithoutAResult) {
  const auto pods = one_pod(make::ended("sources", 0), make::ended("emerge", 0), make::ended("publish", 0, "garbage"));
  EXPECT_FALSE(read(pods).ending);
  EXPECT_EQ(failure_in(read(pods, *make::job("j", 1, make::complete))), FailureClass::Internal);
}

TEST(ReadBuild, LacksTheLastWordsOfAJobThatEndedUntilAPodTellsThatItSucceeded) {
  const auto ended = *make::job("j", 1, make::complete);
  const BuildPods runs = one_pod(make::ended("sources", 0));
  const BuildPods succeeded = one_pod(make::ended("publish", 0, make::published()));
  EXPECT_FALSE(lacks_last_words(*make::job("j", 1), runs)) << "the Job goes on";
  EXPECT_TRUE(lacks_last_words(ended, {}));
  EXPECT_TRUE(lacks_last_words(ended, runs));
  EXPECT_TRUE(lacks_last_words(*make::job("j", 1, make::failed("BackoffLimitExceeded")), runs));
  EXPECT_FALSE(lacks_last_words(ended, succeeded));
  const BuildPods of_another{make::pod("k", make::ended("publish", 0, make::published()))};
  EXPECT_TRUE(lacks_last_words(ended, of_another));
}

TEST(ReadBuild, PrefersThePodThatSucceededToANewerOne) {
  const auto newer = [](api::BuildPod& pod) {
    pod.meta.name = "newer";
    pod.meta.created = make::at(60);
  };
  BuildPods pods = one_pod(make::ended("publish", 0, make::published()));
  pods.push_back(make::pod("j", newer));
  EXPECT_TRUE(read(pods).publish);
}

TEST(ReadBuild, IgnoresPodsOfOtherJobs) {
  EXPECT_FALSE(read({make::pod("other", make::ended("publish", 0, make::published()))}).publish);
}

TEST(ReadBuild, EndsAtOnceWhenOnlyAnotherInputHelps) {
  const auto message = make::failed_with(FailureClass::CompileFailed);
  EXPECT_EQ(failure_in(read(one_pod(make::ended("emerge", input_failed, message)))), FailureClass::CompileFailed);
}

TEST(ReadBuild, LeavesAnotherTryToTheJob) {
  const auto message = make::failed_with(FailureClass::RegistryUnreachable);
  const auto reading = read(one_pod(make::ended("sources", surroundings_failed, message)));
  EXPECT_FALSE(reading.ending);
  EXPECT_EQ(reading.step, Step::Pending);
  EXPECT_NE(reading.waiting.find("RegistryUnreachable"), std::string::npos) << reading.waiting;
}

TEST(ReadBuild, TakesADisruptedPodForNoFailureOfTheInput) {
  const auto disrupted = [](api::BuildPod& pod) { pod.disrupted = true; };
  const auto message = make::failed_with(FailureClass::CompileFailed);
  EXPECT_FALSE(read(one_pod(make::ended("emerge", input_failed, message), disrupted)).ending);
}

TEST(ReadBuild, NeverBlamesAStepThatOnlyStopped) {
  const auto pods = one_pod(make::ended("emerge", api::exit_code::stopped, make::stopped()),
                            make::ended("publish", input_failed, make::failed_with(FailureClass::RegistryAuthFailed)));
  EXPECT_EQ(failure_in(read(pods)), FailureClass::RegistryAuthFailed);
}

struct FailedPod {
  const char* name;
  FailureClass expected;
  std::function<void(api::BuildPod&)> change;
};

class WhenTheJobFailed : public ::testing::TestWithParam<FailedPod> {};

TEST_P(WhenTheJobFailed, TheStateOfThePodTellsWhy) {
  const auto job = make::job("j", 1, make::failed("BackoffLimitExceeded"));
  const auto reading = read(one_pod(GetParam().change), *job);
  EXPECT_EQ(failure_in(reading), GetParam().expected);
  EXPECT_FALSE(reading.ending->failure->message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Pods, WhenTheJobFailed,
    ::testing::Values(
        FailedPod{"Evicted", FailureClass::Evicted, [](api::BuildPod& pod) { pod.reason = "Evicted"; }},
        FailedPod{"NodeLost", FailureClass::NodeLost, [](api::BuildPod& pod) { pod.reason = "NodeLost"; }},
        FailedPod{"PhaseUnknown", FailureClass::NodeLost, [](api::BuildPod& pod) { pod.phase = "Unknown"; }},
        FailedPod{"NodeForgotTheContainer", FailureClass::NodeLost,
                  make::ended("emerge", 137, "", "ContainerStatusUnknown")},
        FailedPod{"Preempted", FailureClass::Evicted, [](api::BuildPod& pod) { pod.disrupted = true; }},
        FailedPod{"OutOfMemory", FailureClass::OutOfMemory, make::ended("emerge", 137, "", "OOMKilled")},
        FailedPod{"OutOfMemoryWithExitCodeOne", FailureClass::OutOfMemory, make::ended("emerge", 1, "", "OOMKilled")},
        FailedPod{"ItsOwnWordsBeforeTheGuess", FailureClass::DiskFull,
                  make::ended("emerge", surroundings_failed, make::failed_with(FailureClass::DiskFull), "OOMKilled")},
        FailedPod{"NoWordsAtAll", FailureClass::Internal, make::ended("emerge", 139, "", "Error")},
        FailedPod{"OnlyThePhase", FailureClass::Internal, [](api::BuildPod& pod) { pod.phase = "Failed"; }}),
    [](const auto& tested) { return tested.param.name; });

TEST(ReadBuild, SaysThatTimeRanOutWhateverTheStepsSaidWhenTheyWereKilled) {
  const auto job = make::job("j", 1, make::failed("DeadlineExceeded"));
  EXPECT_EQ(failure_in(read({}, *job)), FailureClass::DeadlineExceeded);
  EXPECT_EQ(failure_in(read(one_pod(make::ended("emerge", 143)), *job)), FailureClass::DeadlineExceeded);
  const auto message = make::failed_with(FailureClass::CompileFailed);
  EXPECT_EQ(failure_in(read(one_pod(make::ended("emerge", 1, message)), *job)), FailureClass::CompileFailed);
}

TEST(ReadBuild, WaitsAWhileForTheLastWordsOfAPodWhoseTimeRanOut) {
  const auto since = [](int seconds) {
    return [seconds](api::BuildJob& job) {
      job.timeout_seconds = 90;
      job.ended_since = make::at(seconds);
    };
  };
  const auto just_now = make::job("j", 1, make::failed("DeadlineExceeded"), since(15));
  EXPECT_FALSE(read(one_pod(), *just_now).ending) << "the pod still ends";
  api::StepResult words;
  words.outcome = api::Outcome::Failed;
  words.failure = api::Failure{.failure_class = FailureClass::Internal,
                               .package = "sys-devel/gcc-14",
                               .phase = {},
                               .message = "was told to stop",
                               .log_tail = "checking for a life"};
  const auto all_ended =
      one_pod(make::ended("sources", 0), make::ended("emerge", surroundings_failed, api::to_json(words)),
              make::ended("publish", 12));
  const auto reading = read(all_ended, *just_now);
  EXPECT_EQ(failure_in(reading), FailureClass::DeadlineExceeded);
  EXPECT_EQ(reading.ending->failure->package, "sys-devel/gcc-14");
  EXPECT_EQ(reading.ending->failure->log_tail, "checking for a life");
  EXPECT_NE(reading.ending->failure->message.find("90 s"), std::string::npos);
  const auto long_ago = make::job("j", 1, make::failed("DeadlineExceeded"), since(-60));
  EXPECT_EQ(failure_in(read(one_pod(), *long_ago)), FailureClass::DeadlineExceeded);
}

TEST(ReadBuild, WaitsForTheEndOfAPodWhenItsJobWasSeenToEndFirst) {
  const auto ended_now = [](api::BuildJob& job) { job.ended_since = make::at(19); };
  const auto complete = make::job("j", 1, make::complete, ended_now);
  EXPECT_FALSE(read(one_pod(make::ended("sources", 0), make::ended("emerge", 0)), *complete).ending);
  const auto failed = make::job("j", 1, make::failed("BackoffLimitExceeded"), ended_now);
  EXPECT_FALSE(read(one_pod(), *failed).ending);
  EXPECT_FALSE(read({}, *complete).ending) << "its pod may not have come into view";
  const auto unstarted = [](api::BuildPod& pod) {
    pod.phase = "Pending";
    for (auto& container : pod.containers) {
      container.started.reset();
      container.exit_code.reset();
    }
  };
  EXPECT_FALSE(read(one_pod(unstarted), *complete).ending) << "as it was long before its end";
  const auto long_ago = make::job("j", 1, make::complete, [](api::BuildJob& job) { job.ended_since = make::at(-60); });
  EXPECT_EQ(failure_in(read({}, *long_ago)), FailureClass::Internal);
}

TEST(ReadBuild, TellsTheTwoNamesOfAPullThatFailsApartFromNothingElse) {
  const auto first = read(one_pod(make::waiting("tools", "ErrImagePull", "not found")));
  const auto then = read(one_pod(make::waiting("tools", "ImagePullBackOff", "not found")));
  EXPECT_EQ(first.waiting, then.waiting);
  EXPECT_EQ(read(one_pod(make::waiting("tools", "PodInitializing", ""))).waiting, "");
}

TEST(ReadBuild, MeasuresTheQueueAndTheSteps) {
  const auto reading = read(one_pod(make::ended("sources", 0)));
  EXPECT_EQ(reading.metrics.queue_seconds, 3);
  ASSERT_EQ(reading.metrics.steps.size(), 2U);
  EXPECT_EQ(reading.metrics.steps[1], (std::pair<base::SharedText, double>("sources", 7.0)));
}

}  // namespace
}  // namespace staves::decide
