#include <thread>

#include "api/plan.h"
#include "api/step_result.h"
#include "base/digest.h"
#include "base/handover.h"
#include "portage/enter_root.h"
#include "portage/run_test_step.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

/// A pod whose root is the machine's: entering it is left to a script.
class TestStepTest : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    put("dev/termination-log", "");
    put("enter",
        "#!/bin/sh\necho \"$@\" >\"${0%/*}/words\"\nwhile [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n");
    fs::permissions(root_ / "enter", fs::perms::owner_all);
    fs::create_directories(root_ / "rootfs/tmp");
    fs::create_directories(root_ / "rootfs/dev");
    emerge_ended(api::Outcome::Succeeded);
  }

  void emerge_ended(api::Outcome outcome) {
    put("staves/handover/emerge/done", api::to_json(api::StepDone{outcome, 1, 1}));
  }

  int run(const std::string& script, std::int64_t timeout = 60, const std::stop_token& stop = {}) {
    api::Plan plan;
    plan.image_namespace = "default";
    plan.image_name = "bash";
    plan.number = 1;
    plan.stage3 = "localhost/stage3@" + base::sha256_digest("stage3");
    plan.tree = {
        .image = "localhost/tree@" + base::sha256_digest("tree"), .location = "/var/db/repos/gentoo", .fetch = false};
    plan.packages = {"app-shells/bash"};
    plan.target.repository = "localhost/bash";
    plan.target.tags = {"1"};
    plan.config.env = {{"COLOUR", "green"}};
    plan.config.working_dir = "/srv";
    plan.test = {.command = {"/bin/sh", "-c", script}, .timeout_seconds = timeout};
    put("staves/plan/plan", api::to_json(plan));
    return run_test_step(paths_below(root_), root_ / "enter", stop);
  }
  api::StepResult result() const { return *api::parse_step_result(get("dev/termination-log")); }
  api::Outcome told() const { return api::parse_step_done(get("staves/handover/test/done"))->outcome; }
};

TEST_F(TestStepTest, ATestThatPassesIsASuccess) {
  EXPECT_EQ(run("test \"$COLOUR\" = green"), 0);
  EXPECT_EQ(result().outcome, api::Outcome::Succeeded);
  EXPECT_EQ(told(), api::Outcome::Succeeded);
  EXPECT_EQ(result().timings.back().first, "run");
  EXPECT_NE(get("words").find("--root " + (root_ / "rootfs").string() + " --directory /srv -- /bin/sh"),
            std::string::npos);
}

TEST_F(TestStepTest, ATestThatFailsSaysHowAndWhatItPrintedLast) {
  EXPECT_EQ(run("echo expected 1, got 2 >&2; exit 3"), 10);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::TestFailed);
  EXPECT_EQ(result().failure->message, "the test command ended with exit code 3");
  EXPECT_EQ(result().failure->phase, "test");
  EXPECT_EQ(result().failure->log_tail, "expected 1, got 2");
  EXPECT_EQ(told(), api::Outcome::Failed);
}

TEST_F(TestStepTest, ATestThatASignalEndedSaysWhich) {
  EXPECT_EQ(run("kill -SEGV $$"), 10);
  EXPECT_EQ(result().failure->message, "the test command was ended by signal 11");
}

TEST_F(TestStepTest, ATestThatTakesTooLongIsEnded) {
  EXPECT_EQ(run("echo begun; exec sleep 600", 1), 10);
  EXPECT_EQ(result().failure->message, "the test command did not end within 1 s");
  EXPECT_EQ(result().failure->log_tail, "begun");
}

TEST_F(TestStepTest, OfAnImageThatStaysAsItIsNothingIsTested) {
  emerge_ended(api::Outcome::Unchanged);
  EXPECT_EQ(run("exit 3"), 0);
  EXPECT_EQ(result().outcome, api::Outcome::Unchanged);
  EXPECT_EQ(told(), api::Outcome::Unchanged);
  EXPECT_FALSE(there("words"));
}

TEST_F(TestStepTest, WithoutARootThereIsNothingToTest) {
  for (const auto outcome : {api::Outcome::Failed, api::Outcome::Stopped}) {
    emerge_ended(outcome);
    EXPECT_EQ(run("true"), 12);
    EXPECT_EQ(result().outcome, api::Outcome::Stopped);
    fs::remove_all(root_ / "staves/handover/test");
  }
}

TEST_F(TestStepTest, WhoeverTellsItToStopIsToBlame) {
  std::stop_source stop;
  std::jthread later([&] {
    while (!there("words")) std::this_thread::yield();
    stop.request_stop();
  });
  EXPECT_EQ(run("exec sleep 600", 60, stop.get_token()), 11);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::Internal);
}

TEST_F(TestStepTest, MountPointsHaveTheModesOfTheImageWhoeverMadeThem) {
  fs::permissions(root_ / "rootfs/tmp", fs::perms::owner_all);
  fs::remove(root_ / "rootfs/dev");
  ASSERT_TRUE(make_mount_points(root_ / "rootfs"));
  EXPECT_EQ(fs::status(root_ / "rootfs/tmp").permissions(), fs::perms::all | fs::perms::sticky_bit);
  EXPECT_EQ(static_cast<unsigned>(fs::status(root_ / "rootfs/dev").permissions()), 0755U);
}

TEST_F(TestStepTest, NullIsThereWithDevicesAndWithout) {
  make_devices(root_ / "rootfs");
  EXPECT_TRUE(there("rootfs/dev/null"));
  EXPECT_EQ(static_cast<unsigned>(fs::status(root_ / "rootfs/dev/null").permissions()), 0666U);
}

}  // namespace
}  // namespace staves::portage
