#include "oci/publish_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "api/plan.h"
#include "api/step_result.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/handover.h"
#include "nlohmann/json.hpp"
#include "oci/sources_step.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/oci/quick_registry.h"

namespace staves::oci {
namespace {

using test::FakeRegistry;
using testing::HasSubstr;
using testing::Not;

class PublishStepTest : public testing::Test {
 protected:
  PublishStepTest() {
    places_ = {path("plan"), path("handover"), path("rootfs"), path("scratch"), path("config.json"), path("result")};
    std::filesystem::create_directories(path("rootfs/etc"));
    std::filesystem::create_directories(path("scratch"));
    std::ofstream(path("rootfs/etc/passwd")) << "root";
    plan_.image_namespace = "default";
    plan_.image_name = "bash";
    plan_.number = 1;
    plan_.stage3 = plan_.tree.image = "host.test/x@sha256:" + std::string(64, '0');
    plan_.tree.location = "/var/db/repos/gentoo";
    plan_.packages = {"app-shells/bash"};
    plan_.target.repository = fake_.host() + "/acme/bash";
    plan_.target.tags = {"5.2", "latest"};
    plan_.insecure_registries = {fake_.host()};
    write_plan();
  }

  std::filesystem::path path(const std::string& name) const { return work_.path() / name; }
  /// As the kubelet mounts it: by way of symbolic links.
  void write_plan() {
    std::filesystem::create_directories(path("..data"));
    std::ofstream(path("..data/plan")) << api::to_json(plan_);
    std::filesystem::remove(path("plan"));
    std::filesystem::create_symlink("..data/plan", path("plan"));
  }

  base::Handover start_emerge() { return *base::Handover::take(path("handover/emerge")); }
  void finish_emerge(api::Outcome outcome = api::Outcome::Succeeded) {
    EXPECT_TRUE(start_emerge().write_done(api::to_json(api::StepDone{outcome, 1'700'000'000, 3})));
  }

  int run(std::stop_token stop = {}) {
    auto options = test::quick_options({});
    return run_publish_step(
        places_, options, [this](std::string_view line) { lines_.emplace_back(line); }, std::move(stop));
  }
  api::StepResult result() const { return *api::parse_step_result(*base::read_file(path("result"))); }
  api::StepDone done() const { return *api::parse_step_done(*base::read_file(path("handover/publish/done"))); }

  test::TemporaryDirectory work_;
  FakeRegistry fake_;
  PublishPlaces places_;
  api::Plan plan_;
  std::vector<std::string> lines_;
};

TEST_F(PublishStepTest, PushesTheImageUnderEveryTag) {
  finish_emerge();
  EXPECT_EQ(run(), 0);
  const auto published = *result().publish;
  EXPECT_EQ(base::sha256_digest(fake_.manifest("5.2")), published.digest);
  EXPECT_EQ(fake_.manifest("latest"), fake_.manifest("5.2"));
  EXPECT_EQ(published.pushed_bytes, published.size_bytes);
  EXPECT_EQ(done().outcome, api::Outcome::Succeeded);
  std::vector<std::string> parts;
  for (const auto& [name, seconds] : result().timings) parts.push_back(name);
  EXPECT_THAT(parts, testing::ElementsAre("wait", "layer", "upload", "manifest"));
}

TEST_F(PublishStepTest, PushesNothingBeforeTheImagesOwnTestHasPassed) {
  plan_.test.command = {"/bin/true"};
  write_plan();
  finish_emerge();
  const auto test_ended = [this](api::Outcome outcome) {
    std::filesystem::remove_all(path("handover/test"));
    EXPECT_TRUE(base::Handover::take(path("handover/test"))->write_done(api::to_json(api::StepDone{outcome, 0, 0})));
  };
  for (const auto outcome : {api::Outcome::Failed, api::Outcome::Stopped}) {
    test_ended(outcome);
    EXPECT_EQ(run(), 12);
    EXPECT_EQ(result().outcome, api::Outcome::Stopped);
    std::filesystem::remove_all(path("handover/publish"));
  }
  EXPECT_EQ(fake_.manifest("latest"), "");
  test_ended(api::Outcome::Succeeded);
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(base::sha256_digest(fake_.manifest("latest")), result().publish->digest);
}

/// Waits for what `publish` says of the image, and ends then.
class EmergeThatAsks {
 public:
  explicit EmergeThatAsks(const std::filesystem::path& handover)
      : thread_([handover] {
          const auto own = *base::Handover::take(handover / "emerge");
          const auto progress = handover / "publish/progress";
          while (!std::filesystem::exists(progress)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          const bool stays = api::parse_publish_findings(*base::read_file(progress))->image_is_there;
          const auto outcome = stays ? api::Outcome::Unchanged : api::Outcome::Succeeded;
          EXPECT_TRUE(own.write_done(api::to_json(api::StepDone{outcome, 1'700'000'000, 3})));
        }) {}

 private:
  std::jthread thread_;
};

TEST_F(PublishStepTest, LeavesTheImageAsItIsWhenItsPackagesStayTheSame) {
  finish_emerge();
  ASSERT_EQ(run(), 0);
  const std::string digest = result().publish->digest;
  std::filesystem::remove_all(path("handover"));
  plan_.unless = {.packages = base::sha256_digest("packages"), .image = digest};
  plan_.test.command = {"/bin/true"};  // which has nothing to test, and is not waited for
  write_plan();
  const EmergeThatAsks emerge(path("handover"));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(result().outcome, api::Outcome::Unchanged);
  EXPECT_FALSE(result().publish);
  EXPECT_EQ(done().outcome, api::Outcome::Unchanged);
}

TEST_F(PublishStepTest, MakesTheImageWhenATagStandsForAnotherOne) {
  finish_emerge();
  ASSERT_EQ(run(), 0);
  std::filesystem::remove_all(path("handover"));
  plan_.unless = {.packages = base::sha256_digest("packages"), .image = result().publish->digest};
  plan_.target.tags.emplace_back("new");
  write_plan();
  const EmergeThatAsks emerge(path("handover"));
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(result().outcome, api::Outcome::Succeeded);
  EXPECT_EQ(fake_.manifest("new"), fake_.manifest("latest"));
}

TEST_F(PublishStepTest, DoesNotLetEmergeLeaveTheImageAsItIsUnasked) {
  finish_emerge(api::Outcome::Unchanged);
  EXPECT_EQ(run(), 11);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::Internal);
}

TEST_F(PublishStepTest, StopsWhenTheTestDied) {
  plan_.test.command = {"/bin/true"};
  write_plan();
  finish_emerge();
  {
    const auto died = base::Handover::take(path("handover/test"));
  }
  EXPECT_EQ(run(), 12);
}

TEST_F(PublishStepTest, SendsNothingTheSecondTime) {
  finish_emerge();
  ASSERT_EQ(run(), 0);
  const auto first = *result().publish;
  std::filesystem::remove_all(path("handover/publish"));
  ASSERT_EQ(run(), 0);
  EXPECT_EQ(result().publish->digest, first.digest);
  EXPECT_EQ(result().publish->pushed_bytes, 0);
  EXPECT_EQ(result().publish->reused_bytes, first.size_bytes);
}

TEST_F(PublishStepTest, RefusesCredentialsWhileEmergeStillWorks) {
  const auto emerge = start_emerge();
  fake_.change([](auto& b) { b.basic = "Basic right"; });
  std::ofstream(path("config.json")) << R"({"auths":{")" + fake_.host() +
                                            R"(":{"username":"u","password":"hunter2"}}})";
  EXPECT_EQ(run(), 10);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::RegistryAuthFailed);
  EXPECT_EQ(done().outcome, api::Outcome::Failed);
  EXPECT_THAT(*base::read_file(path("result")), Not(HasSubstr("hunter2")));
}

TEST_F(PublishStepTest, SaysThatTheSecretIsMissingWhileEmergeStillWorks) {
  const auto emerge = start_emerge();
  plan_.push_secret = "push-here";
  write_plan();
  EXPECT_EQ(run(), 10);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::RegistryAuthFailed);
  EXPECT_EQ(result().failure->message, "there is no Secret push-here with the key .dockerconfigjson in this namespace");
  EXPECT_THAT(fake_.seen(), testing::IsEmpty()) << "nothing may be pushed anonymously instead";
  EXPECT_EQ(done().outcome, api::Outcome::Failed);
}

TEST_F(PublishStepTest, RefusesAPortThatThereIsNotWhileEmergeStillWorks) {
  const auto emerge = start_emerge();
  plan_.target.repository = "127.0.0.1:99999/x";
  write_plan();
  EXPECT_EQ(run(), 10);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::InvalidConfiguration);
  EXPECT_THAT(result().failure->message, testing::HasSubstr("its port is not 1 to 65535"));
  EXPECT_EQ(done().outcome, api::Outcome::Failed);
}

TEST_F(PublishStepTest, PushesWithTheSecretThatThePlanNames) {
  plan_.push_secret = "push-here";
  write_plan();
  fake_.change([](auto& b) { b.basic = "Basic dTpodW50ZXIy"; });
  std::ofstream(path("..data/config.json"))
      << R"({"auths":{")" + fake_.host() + R"(":{"username":"u","password":"hunter2"}}})";
  std::filesystem::create_symlink("..data/config.json", path("config.json"));
  finish_emerge();
  EXPECT_EQ(run(), 0);
}

TEST_F(PublishStepTest, SaysThatTheSecretCannotBeRead) {
  std::ofstream(path("config.json")) << "hunter2";
  EXPECT_EQ(run(), 10);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::RegistryAuthFailed);
  EXPECT_THAT(*base::read_file(path("result")), Not(HasSubstr("hunter2")));
}

TEST_F(PublishStepTest, GivesARegistryTimeWhileEmergeWorks) {
  // Four attempts fail early; the push finds the registry well.
  fake_.change([](auto& b) { b.busy = 4; });
  std::jthread emerge([this] {
    const auto handover = start_emerge();
    while (fake_.seen().size() < 4) std::this_thread::yield();
    EXPECT_TRUE(handover.write_done(api::to_json(api::StepDone{api::Outcome::Succeeded, 1, 1})));
  });
  EXPECT_EQ(run(), 0);
}

TEST_F(PublishStepTest, IsTriedAgainWhenTheRegistryStaysAway) {
  finish_emerge();
  fake_.change([](auto& b) { b.busy = 1000; });
  EXPECT_EQ(run(), 11);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::RegistryUnreachable);
}

TEST_F(PublishStepTest, StopsWhenEmergeFailed) {
  finish_emerge(api::Outcome::Failed);
  EXPECT_EQ(run(), 12);
  EXPECT_EQ(result().outcome, api::Outcome::Stopped);
  EXPECT_FALSE(result().failure);
  EXPECT_EQ(done().outcome, api::Outcome::Stopped);
}

TEST_F(PublishStepTest, StopsWhenEmergeDied) {
  {
    const auto died = start_emerge();
  }
  EXPECT_EQ(run(), 12);
}

TEST_F(PublishStepTest, StopsWhenAsked) {
  const auto emerge = start_emerge();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run(stop.get_token()), 12);
}

TEST_F(PublishStepTest, RelaysProgressInLinesOfItsOwn) {
  {
    const auto emerge = start_emerge();
    EXPECT_TRUE(emerge.write_progress("{\"total\":3,\n\"done\":1,\"current\":\"x\\ny\"}"));
    EXPECT_TRUE(emerge.write_done(api::to_json(api::StepDone{api::Outcome::Succeeded, 1, 1})));
  }
  EXPECT_EQ(run(), 0);
  for (const auto& line : lines_) EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST_F(PublishStepTest, TakesNoHandoverThatIsALink) {
  {
    const auto emerge = start_emerge();
  }
  std::ofstream(path("elsewhere")) << api::to_json(api::StepDone{api::Outcome::Succeeded, 1, 1});
  std::filesystem::create_symlink(path("elsewhere"), path("handover/emerge/done"));
  EXPECT_EQ(run(), 11);
}

TEST_F(PublishStepTest, BoundsTheTimeThatEmergeClaims) {
  EXPECT_TRUE(
      start_emerge().write_done(R"({"outcome":"Succeeded","sourceDateEpoch":9223372036854775807,"packages":1})"));
  EXPECT_EQ(run(), 0);
}

TEST_F(PublishStepTest, SaysWhatIsWrongWithAPlan) {
  std::ofstream(path("..data/plan")) << "{}";
  EXPECT_EQ(run(), 11);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::Internal);
}

TEST_F(PublishStepTest, SourcesHasNothingToDoForAMountedTree) {
  const SourcesPlaces places{path("plan"), path("handover"), path("pull.json"), path("result"), {}};
  EXPECT_EQ(run_sources_step(places, test::quick_options({}), {}), 0);
  EXPECT_EQ(result().outcome, api::Outcome::Succeeded);
}

TEST_F(PublishStepTest, SourcesSaysThatATreeIsMissing) {
  plan_.tree = {fake_.host() + "/gentoo/portage@sha256:" + std::string(64, '1'), path("trees/abc").string(), true};
  write_plan();
  const SourcesPlaces places{path("plan"), path("handover"), path("pull.json"), path("result"), {}};
  EXPECT_EQ(run_sources_step(places, test::quick_options({}), {}), 11);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::ImagePullFailed);
}

}  // namespace
}  // namespace staves::oci
