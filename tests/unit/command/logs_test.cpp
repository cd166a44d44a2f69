#include "tests/unit/command/desk.h"

namespace staves::command {
namespace {

TEST_F(Desk, LogsShowTheStepsInTheirOrderWithoutTheProgressOfThePublisher) {
  scenario::apply_with_volume(play);
  scenario::run(play);
  play.farm().print_progress({.total = 4, .done = 1, .from_cache = 0, .compiled = 1, .current = "a/b-1 (compile)"});
  ASSERT_EQ(run({"logs", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.starts_with("==> sources\n")) << screen.output;
  EXPECT_LT(screen.output.find("==> emerge"), screen.output.find("==> publish"));
  EXPECT_FALSE(screen.output.contains("{")) << screen.output;
  ASSERT_EQ(run({"logs", "bash", "--step", "emerge"}), 0) << error;
  EXPECT_TRUE(screen.output.starts_with("==> emerge\n")) << screen.output;
}

TEST_F(Desk, LogsFollowAReplacedPodUntilTheBuildEnds) {
  scenario::apply_with_volume(play);
  scenario::run(play);
  int publishers = 0;
  screen.on_out = [&](const std::string& text) {
    if (text != "==> publish\n") return;
    if (++publishers == 1) {
      play.farm().delete_pods();
      play.settle();
      scenario::run(play);
    } else {
      scenario::succeed(play);
    }
  };
  ASSERT_EQ(run({"logs", "-f", "bash"}), 0) << error;
  EXPECT_EQ(publishers, 2);
  EXPECT_TRUE(screen.output.contains("==> the pod was replaced by ")) << screen.output;
}

TEST_F(Desk, LogsOfWhatIsNotThereSayWhy) {
  play.farm().apply_image();
  EXPECT_EQ(run({"logs", "bash"}), exit_code::bad_input);
  EXPECT_TRUE(error.starts_with("bash has had no build yet")) << error;
  scenario::apply_with_volume(play);
  EXPECT_EQ(run({"logs", "bash", "--build", "9"}), exit_code::bad_input);
  EXPECT_EQ(error, "there is no build 9 of bash: the last one is 1");
  EXPECT_EQ(run({"logs", "bash"}), 0);
  EXPECT_TRUE(screen.errors.starts_with("build 1 of bash has written nothing yet")) << screen.errors;
}

}  // namespace
}  // namespace staves::command
