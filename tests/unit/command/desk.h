#pragma once

#include <functional>
#include <string>

#include "command/command_line.h"
#include "command/commands.h"
#include "command/error_sentence.h"
#include "command/setting.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"
#include "tests/support/manual_clock.h"

namespace staves::command {

/// Keeps what is written, and lets a test act on it.
class RecordingScreen final : public Screen {
 public:
  void out(std::string_view text) override {
    output += text;
    if (on_out) on_out(std::string(text));
  }
  void err(std::string_view text) override { errors += text; }
  bool is_terminal() const override { return terminal; }
  int columns() const override { return 100; }

  std::string output;
  std::string errors;
  bool terminal = false;
  std::function<void(const std::string& text)> on_out;
};

/// Somebody at a terminal, in namespace team-a of a cluster where an operator works.
class Desk : public testing::Test {
 protected:
  /// What a command line does: its exit code. What went wrong stands in `error`.
  int run(const std::vector<std::string>& words) {
    error = {};
    screen.output.clear();
    screen.errors.clear();
    const auto line = parse_command_line(words, "1.2.3");
    const auto code = line ? run_command(setting(), line->options) : base::fail(line.error());
    if (code) return *code;
    error = error_sentence(code.error(), {.server = "https://cluster.example:6443", .name_space = "team-a"});
    return exit_code_of(code.error());
  }

  Setting setting() {
    return {.cluster = play.cluster(),
            .name_space = "team-a",
            .clock = clock,
            .screen = screen,
            .stop = stop.get_token(),
            .sleep = [](std::chrono::milliseconds, const std::stop_token& token) { return !token.stop_requested(); }};
  }

  /// Puts a status on the image, as an operator would.
  void set_status(const base::Json& status) {
    play.farm().change_image([&](base::Json& image) { image["status"] = status; });
  }

  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  scenario::Play play;
  RecordingScreen screen;
  std::stop_source stop;
  std::string error;
};

/// status.conditions with Ready, for generation 1.
inline base::Json conditions(const char* status, const char* reason, const char* message) {
  return {{{"type", "Ready"},
           {"status", status},
           {"reason", reason},
           {"message", message},
           {"observedGeneration", 1},
           {"lastTransitionTime", "2026-04-30T23:59:00Z"}}};
}

}  // namespace staves::command
