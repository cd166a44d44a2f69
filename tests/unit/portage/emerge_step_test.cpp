#include <thread>

#include "api/plan.h"
#include "base/digest.h"
#include "base/handover.h"
#include "portage/install.h"
#include "portage/run_emerge_step.h"
#include "portage/step_report.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

/// Everything of a pod but the stage3: what can be told without Portage.
class EmergeStepTest : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    put("dev/termination-log", "");
    put_plan({"app-shells/bash"}, false);
  }

  void put_plan(std::vector<std::string> packages, bool fetch) {
    plan_.image_namespace = "default";
    plan_.image_name = "bash";
    plan_.number = 1;
    plan_.stage3 = "localhost/stage3@" + base::sha256_digest("stage3");
    plan_.tree = {
        .image = "localhost/tree@" + base::sha256_digest("tree"), .location = "/var/db/repos/gentoo", .fetch = fetch};
    plan_.packages = std::move(packages);
    plan_.target.repository = "localhost/bash";
    plan_.target.tags = {"1"};
    put("staves/plan/plan", api::to_json(plan_));
  }

  int run() { return run_emerge_step(paths_below(root_), std::stop_source()); }
  api::StepResult result() const { return *api::parse_step_result(get("dev/termination-log")); }
  api::StepDone done() const { return *api::parse_step_done(get("staves/handover/emerge/done")); }

  api::Plan plan_;
};

TEST_F(EmergeStepTest, AnEmptyImageVolumeIsAFaultOfTheSurroundings) {
  fs::create_directories(root_ / "var/db/repos/gentoo");
  EXPECT_EQ(run(), 11);
  EXPECT_EQ(result().outcome, api::Outcome::Failed);
  EXPECT_NE(result().failure->message.find("image volume is empty"), std::string::npos);
  EXPECT_EQ(done().outcome, api::Outcome::Failed);
}

TEST_F(EmergeStepTest, AProfileThatIsNotThereIsTheUsersToMend) {
  put("var/db/repos/gentoo/profiles/repo_name", "gentoo\n");
  plan_.profile = "default/none";
  put_plan({"app-shells/bash"}, false);
  EXPECT_EQ(run(), 10);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::InvalidConfiguration);
}

TEST_F(EmergeStepTest, AnOptionIsNoPackage) {
  put_plan({"--config"}, false);
  EXPECT_EQ(run(), 10);
  EXPECT_NE(result().failure->message.find("'--config'"), std::string::npos);
}

TEST_F(EmergeStepTest, WhenSourcesFailedItStops) {
  put_plan({"app-shells/bash"}, true);
  put("staves/handover/sources/done", api::to_json(api::StepDone{}));
  EXPECT_EQ(run(), 12);
  EXPECT_EQ(result().outcome, api::Outcome::Stopped);
  EXPECT_EQ(done().outcome, api::Outcome::Stopped);
}

TEST_F(EmergeStepTest, WhenSourcesDiedItStops) {
  put_plan({"app-shells/bash"}, true);
  {
    const auto lock = base::Handover::take(root_ / "staves/handover/sources");
  }
  EXPECT_EQ(run(), 12);
}

TEST_F(EmergeStepTest, WhenPublishFailedWhileItWaitsItStops) {
  put_plan({"app-shells/bash"}, true);
  put("staves/handover/publish/done", api::to_json(api::StepDone{}));
  EXPECT_EQ(run(), 12);
}

TEST_F(EmergeStepTest, WhenPublishIsToldToStopSoIsThisStep) {
  put_plan({"app-shells/bash"}, true);
  put("staves/handover/publish/done", api::to_json(api::StepDone{.outcome = api::Outcome::Stopped}));
  EXPECT_EQ(run(), 11);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::Internal);
}

TEST_F(EmergeStepTest, ToldToStopItIsTriedAgain) {
  put_plan({"app-shells/bash"}, true);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run_emerge_step(paths_below(root_), stop), 11);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::Internal);
}

TEST_F(EmergeStepTest, ABrokenPlanIsTold) {
  put("staves/plan/plan", "{");
  EXPECT_EQ(run(), 11);
  EXPECT_EQ(result().failure->phase, "plan");
}

TEST_F(EmergeStepTest, ASecondOneLeavesTheFirstAlone) {
  const auto first = base::Handover::take(root_ / "staves/handover/emerge");
  EXPECT_EQ(run(), 11);
  EXPECT_FALSE(there("staves/handover/emerge/done"));
}

TEST_F(EmergeStepTest, AProgramIsInstalledWholeAndExecutable) {
  put("program", "#!");
  ASSERT_TRUE(install_program(root_ / "program", root_ / "tools/staves-builder"));
  EXPECT_EQ(get("tools/staves-builder"), "#!");
  EXPECT_EQ(fs::status(root_ / "tools/staves-builder").permissions(), static_cast<fs::perms>(0755));
}

TEST(StepReport, SuccessSaysWhatWasBuilt) {
  MergeProgress progress;
  for (const char* line :
       {">>> Emerging (1 of 1) a/b-1::gentoo for /rootfs/", ">>> Completed (1 of 1) a/b-1::gentoo to /rootfs/"})
    progress.read(line);
  std::string name = (fs::temp_directory_path() / "report-XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  StepReport report;
  {
    const auto part = report.begin("merge");
  }
  report.counts(progress, {"a/b-1"}, {});
  report.succeeded(4, 1'700'000'000);
  EXPECT_EQ(report.leave(fs::path(name) / "log", nullptr), 0);
  std::ostringstream text;
  text << std::ifstream(fs::path(name) / "log").rdbuf();
  fs::remove_all(name);
  const auto result = api::parse_step_result(text.str());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->emerge->compiled, 1);
  EXPECT_EQ(result->emerge->packages, 4);
  EXPECT_EQ(result->emerge->warnings.at(0).message, "merged despite file collisions");
  EXPECT_EQ(result->timings.at(0).first, "merge");
}

}  // namespace
}  // namespace staves::portage
