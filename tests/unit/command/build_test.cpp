#include "base/files.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/command/desk.h"

namespace staves::command {
namespace {

using base::Json;

/// The first step of the pods that run has ended.
void end_sources(scenario::Play& play) {
  const auto type = operate::resource_type(api::pod_kind());
  for (const Json& pod : play.cluster().objects(type)) {
    play.cluster().edit(type, {"team-a", pod["metadata"]["name"].get<std::string>()}, [](Json& object) {
      Json& state = object["status"]["containerStatuses"][0]["state"];
      const Json started = state["running"]["startedAt"];
      state = {
          {"terminated", {{"exitCode", 0}, {"reason", "Completed"}, {"startedAt", started}, {"finishedAt", started}}}};
    });
  }
  play.settle();
}

TEST_F(Desk, BuildFollowsAnImageToItsEnd) {
  scenario::apply_with_volume(play);
  scenario::run(play);
  end_sources(play);
  // The operator goes on each time that something was shown.
  int shown = 0;
  screen.on_out = [&](const std::string&) {
    ++shown;
    if (shown == 1) {
      play.farm().print_progress({.total = 4, .done = 1, .from_cache = 0, .compiled = 1, .current = "a/b-1 (compile)"});
      for (int look = 0; look < 3; ++look) play.pass(std::chrono::seconds(5));
    } else if (shown == 2) {
      scenario::succeed(play);
    }
  };
  EXPECT_EQ(run({"build", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("bash: build 1, 1/4 (0 cached, 1 compiled)  a/b-1 (compile)\n")) << screen.output;
  EXPECT_TRUE(screen.output.contains("bash: built registry.example/team-a/bash@sha256:")) << screen.output;
}

TEST_F(Desk, BuildOfWhatIsBuiltEndsAtOnce) {
  scenario::apply_and_build(play);
  EXPECT_EQ(run({"build", "simg/bash"}), 0) << error;
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST_F(Desk, AFailedBuildGivesItsReasonAndExitCodeOne) {
  scenario::apply_with_volume(play);
  scenario::run(play);
  screen.on_out = [&](const std::string&) {
    play.farm().fail_for_good();
    play.settle();
  };
  EXPECT_EQ(run({"build", "bash"}), exit_code::build_failed) << error;
  EXPECT_TRUE(
      screen.output.contains("bash: build 1 failed: KeywordMasked, app-shells/bash (resolve)\n"
                             "  masked by ~amd64 keyword\n"))
      << screen.output;
}

TEST_F(Desk, AnImageThatFailedBeforeIsTriedAgain) {
  scenario::apply_with_volume(play);
  scenario::run(play);
  play.farm().fail_for_good();
  play.settle();
  bool began = false;
  screen.on_out = [&](const std::string&) {
    if (!std::exchange(began, true)) return;
    screen.on_out = {};
    play.settle();
    scenario::run(play);
    scenario::succeed(play);
  };
  EXPECT_EQ(run({"build", "bash"}), 0) << error;
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST_F(Desk, StoppingLeavesTheBuildRunningAndSaysHowToGoOn) {
  scenario::apply_with_volume(play);
  scenario::run(play);
  screen.on_out = [&](const std::string&) { stop.request_stop(); };
  EXPECT_EQ(run({"build", "bash"}), exit_code::stopped) << error;
  EXPECT_EQ(screen.errors,
            "\nThe build goes on in the cluster.\n"
            "  follow it:  kubectl staves logs -f bash -n team-a\n"
            "  cancel it:  kubectl staves cancel bash -n team-a\n");
  EXPECT_EQ(play.farm().jobs().size(), 1);
}

TEST_F(Desk, ABadSpecIsBadInput) {
  play.farm().apply_builder();
  play.farm().apply_image();
  set_status({{"observedGeneration", 1}, {"conditions", conditions("False", "InvalidSpec", "spec.packages is empty")}});
  EXPECT_EQ(run({"build", "bash"}), exit_code::bad_input) << error;
  EXPECT_TRUE(screen.output.contains("bash: InvalidSpec: spec.packages is empty\n")) << screen.output;
}

TEST_F(Desk, ABuilderOrAnImageThatIsNotThereIsBadInputWithThoseThatAre) {
  play.farm().apply_image();
  EXPECT_EQ(run({"build", "bash"}), exit_code::bad_input);
  EXPECT_TRUE(error.starts_with("there is no StavesBuilder 'glibc' in namespace team-a")) << error;
  EXPECT_EQ(run({"build", "bahs"}), exit_code::bad_input);
  EXPECT_EQ(error, "there is no StavesImage 'bahs' in namespace team-a; did you mean 'bash'?");
}

TEST_F(Desk, FilesAreAppliedOnlyWhenTheirBuilderIsThereOrAmongThem) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() / "image.yaml";
  const std::string image =
      "apiVersion: staves.dev/v1alpha1\nkind: StavesImage\nmetadata: {name: curl}\n"
      "spec: {builderRef: {name: glibc}, packages: [net-misc/curl], image: {repository: registry.example/curl}}\n";
  ASSERT_TRUE(base::write_file_atomically(path, image));
  EXPECT_EQ(run({"build", "-f", path}), exit_code::bad_input);
  EXPECT_TRUE(error.starts_with("there is no StavesBuilder 'glibc' in namespace team-a")) << error;
  EXPECT_EQ(play.cluster().writes(), 0);

  ASSERT_TRUE(base::write_file_atomically(
      path, image + "---\napiVersion: staves.dev/v1alpha1\nkind: StavesBuilder\n"
                    "metadata: {name: glibc}\nspec: {stage3: {image: registry.example/s}}\n"));
  stop.request_stop();  // whether it is followed is not of interest
  run({"build", "-f", path});
  EXPECT_EQ(play.cluster().writes(), 2) << error;
}

TEST_F(Desk, AnImageThatIsDeletedMeanwhileHasFailed) {
  scenario::apply_with_volume(play);
  screen.on_out = [&](const std::string&) { play.farm().delete_image(); };
  EXPECT_EQ(run({"build", "bash"}), exit_code::build_failed) << error;
  EXPECT_TRUE(screen.errors.contains("bash: it was deleted")) << screen.errors;
}

TEST_F(Desk, ARebuildIsAskedForAndWaitedFor) {
  scenario::apply_and_build(play);
  screen.on_out = [&](const std::string&) {
    screen.on_out = {};
    play.settle();
    scenario::run(play);
    scenario::succeed(play);
  };
  EXPECT_EQ(run({"rebuild", "bash", "--wait"}), 0) << error;
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST_F(Desk, CancelNamesTheBuildThatRuns) {
  scenario::apply_with_volume(play);
  EXPECT_EQ(run({"cancel", "bash", "7"}), exit_code::bad_input);
  EXPECT_EQ(error, "build 7 of bash does not run; build 1 runs");
  EXPECT_EQ(run({"cancel", "bash"}), 0) << error;
  EXPECT_EQ(play.farm().image()["metadata"]["annotations"]["staves.dev/cancel"], "1");
  play.settle();
  EXPECT_EQ(play.farm().ready(), "False/Cancelled");
  ASSERT_EQ(run({"status", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("Build 1, cancelled in ")) << screen.output;
  EXPECT_EQ(run({"cancel", "bash"}), exit_code::bad_input);
  EXPECT_TRUE(error.starts_with("no build of bash runs")) << error;
}

}  // namespace
}  // namespace staves::command
