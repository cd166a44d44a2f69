#include "command/board.h"

#include "tests/support/makers.h"
#include "tests/unit/command/desk.h"

namespace staves::command {
namespace {

api::StavesImage running(api::Step step) {
  api::StavesImage image = *make::image();
  image.status.build.number = 3;
  image.status.build.start_time = make::at();
  image.status.build.step = step;
  return image;
}

api::StavesImage emerging() {
  api::StavesImage image = running(api::Step::Emerge);
  image.status.build.progress = api::Progress{
      .total = 41, .done = 17, .from_cache = 14, .compiled = 3, .current = "sys-libs/ncurses-6.5 (compile)"};
  return image;
}

api::StavesImage failed() {
  api::StavesImage image = running(api::Step::Done);
  image.status.build.completion_time = make::at(130);
  image.status.build.failure = api::Failure{.failure_class = api::FailureClass::CompileFailed,
                                            .package = "app-misc/broken-1",
                                            .phase = "compile",
                                            .message = "emake failed",
                                            .log_tail = "cc: error\nmake: *** [x]\x1b[0m\n"};
  return image;
}

TEST(Board, ABarShowsPackagesAndWhatCompilesNow) {
  EXPECT_EQ(bar_line(emerging(), Stage::Running, make::at(130), 100),
            "bash  [########............]  17/41 (14 cached, 3 compiled)  sys-libs/ncurses-6.5 (compile)  2m10s");
  EXPECT_EQ(bar_line(emerging(), Stage::Running, make::at(130), 60),
            "bash  [########............]  17/41 (14 cached, 3 co…  2m10s");
}

TEST(Board, EveryStepHasItsWords) {
  EXPECT_EQ(plain_line(running(api::Step::Pending), Stage::Running), "bash: build 3, waiting for a node");
  EXPECT_EQ(plain_line(running(api::Step::Sources), Stage::Running), "bash: build 3, fetching the ebuild tree");
  EXPECT_EQ(plain_line(running(api::Step::Emerge), Stage::Running), "bash: build 3, finding out what is needed");
  EXPECT_EQ(plain_line(emerging(), Stage::Running),
            "bash: build 3, 17/41 (14 cached, 3 compiled)  sys-libs/ncurses-6.5 (compile)");
  EXPECT_EQ(plain_line(running(api::Step::Publish), Stage::Running), "bash: build 3, pushing the image");
}

TEST(Board, AFailureIsToldInFull) {
  EXPECT_EQ(ending_text(failed(), Stage::Failed),
            "bash: build 3 failed: CompileFailed, app-misc/broken-1 (compile)\n"
            "  emake failed\n"
            "  The end of its log:\n"
            "    | cc: error\n"
            "    | make: *** [x]?[0m\n"
            "  " +
                std::string(api::advice(api::FailureClass::CompileFailed)) +
                "\n"
                "  The whole log: kubectl staves logs bash -n team-a --build 3\n");
}

TEST(Board, WithoutATerminalALineComesOnlyWhenSomethingHasHappened) {
  RecordingScreen screen;
  Board board(screen, {"bash"});
  board.update(emerging(), Stage::Running, make::at(1));
  board.update(emerging(), Stage::Running, make::at(2));
  board.tick(make::at(3));
  EXPECT_EQ(screen.output, plain_line(emerging(), Stage::Running) + "\n");
}

TEST(Board, OnATerminalTheLinesAreWrittenAgain) {
  RecordingScreen screen;
  screen.terminal = true;
  Board board(screen, {"bash"});
  board.update(emerging(), Stage::Running, make::at(1));
  board.tick(make::at(3));
  EXPECT_EQ(screen.output, "\r\x1b[2K" + bar_line(emerging(), Stage::Running, make::at(1), 99) + "\n\x1b[1A\r\x1b[2K" +
                               bar_line(emerging(), Stage::Running, make::at(3), 99) + "\n");
}

}  // namespace
}  // namespace staves::command
