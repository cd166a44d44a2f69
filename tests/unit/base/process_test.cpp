#include "base/process.h"

#include <signal.h>

#include <thread>

#include "gtest/gtest.h"

namespace staves::base {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Command shell(std::string script) {
  return {.arguments = {"sh", "-c", std::move(script)}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

struct Ended {
  ProcessEnd end;
  std::vector<std::string> lines;
};

Ended run(const Command& command, std::stop_token stop = {}) {
  Ended ended;
  const auto end = run_process(command, [&](std::string_view line) { ended.lines.emplace_back(line); }, stop);
  EXPECT_TRUE(end);
  if (end) ended.end = *end;
  return ended;
}

TEST(Process, OutputAndErrorsComeAsOneStreamOfLines) {
  const auto ended = run(shell("echo one; echo two >&2; printf three; exit 3"));
  EXPECT_EQ(ended.lines, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(ended.end.exit_code, 3);
  EXPECT_FALSE(ended.end.stopped);
}

TEST(Process, ErrorsCanBeKeptOutOfTheStream) {
  auto command = shell("echo one; echo 'said on standard error' >&2; echo two");
  command.errors_apart = true;
  EXPECT_EQ(run(command).lines, (std::vector<std::string>{"one", "two"}));
}

TEST(Process, InheritsNoEnvironmentAndNoInput) {
  auto command = shell("pwd; echo \"$HOME$SET\"; cat");
  command.environment["SET"] = "set";
  command.directory = "/usr";
  EXPECT_EQ(run(command).lines, (std::vector<std::string>{"/usr", "set"}));
}

TEST(Process, InheritsNoOpenFile) {
  const auto ended = run(shell("ls /proc/self/fd | wc -l"));
  // 0, 1, 2 and the directory itself.
  EXPECT_EQ(ended.lines, std::vector<std::string>{"4"});
}

TEST(Process, LargeOutputArrivesWhole) {
  std::size_t bytes = 0;
  const auto end = run_process(shell("seq 1 100000"), [&](std::string_view line) { bytes += line.size() + 1; });
  ASSERT_TRUE(end);
  EXPECT_EQ(bytes, 588'895U);
}

TEST(Process, ASignalIsToldAsTheShellTellsIt) {
  EXPECT_EQ(run(shell("kill -9 $$")).end.exit_code, 128 + SIGKILL);
}

TEST(Process, AMissingProgramIsAnError) {
  for (const auto* name : {"no-such-program", "/no/such/program", "/etc/passwd"}) {
    const auto end = run_process({.arguments = {name}, .environment = {{"PATH", "/usr/bin"}}}, [](std::string_view) {});
    ASSERT_FALSE(end) << name;
    EXPECT_EQ(end.error().code, "SpawnFailed");
  }
  auto command = shell("true");
  command.directory = "/no/such/directory";
  EXPECT_FALSE(run_process(command, [](std::string_view) {}));
}

TEST(Process, AStopEndsTheWholeGroup) {
  std::stop_source stop;
  std::vector<pid_t> pids;
  const auto start = Clock::now();
  const auto end = run_process(
      shell("sleep 60 & echo $!; echo ready; wait"),
      [&](std::string_view line) {
        if (line == "ready") {
          stop.request_stop();
        } else {
          pids.push_back(std::stoi(std::string(line)));
        }
      },
      stop.get_token());
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->stopped);
  EXPECT_LT(Clock::now() - start, 5s);
  ASSERT_EQ(pids.size(), 1U);
  // Nobody waited for the child of the shell: it has the signal, and may need a moment to end of it.
  const auto is_gone = [&] {
    return ::kill(pids[0], 0) != 0 ||
           run(shell("grep -c ^State:.Z /proc/" + std::to_string(pids[0]) + "/status")).lines[0] == "1";
  };
  while (!is_gone() && Clock::now() - start < 5s) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(is_gone());
}

TEST(Process, ADeadlineEndsIt) {
  auto command = shell("sleep 60");
  command.deadline = 50ms;
  const auto ended = run(command);
  EXPECT_TRUE(ended.end.stopped);
  EXPECT_EQ(ended.end.exit_code, 128 + SIGTERM);
}

TEST(Process, WhatStaysBehindInTheBackgroundIsNotWaitedFor) {
  const auto start = Clock::now();
  const auto ended = run(shell("sleep 60 & echo $!"));
  ASSERT_EQ(ended.lines.size(), 1U);
  ::kill(std::stoi(ended.lines[0]), SIGKILL);
  EXPECT_LT(Clock::now() - start, 5s);
  EXPECT_FALSE(ended.end.stopped);
}

TEST(Process, AnIgnoredSignalIsNotIgnoredInTheProgram) {
  ::signal(SIGPIPE, SIG_IGN);
  const auto ended = run(shell("grep ^SigIgn: /proc/self/status"));
  ::signal(SIGPIPE, SIG_DFL);
  ASSERT_EQ(ended.lines.size(), 1U);
  EXPECT_TRUE(ended.lines[0].ends_with("0000000000000000")) << ended.lines[0];
}

TEST(CaptureOutput, GivesWhatWasWritten) {
  EXPECT_EQ(capture_output(shell("echo one; echo two")), "one\ntwo\n");
}

TEST(CaptureOutput, AFailureCarriesTheLastLine) {
  const auto output = capture_output(shell("echo noise; echo the reason >&2; exit 1"));
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, "CommandFailed");
  EXPECT_NE(output.error().message.find("the reason"), std::string::npos);
}

TEST(CaptureOutput, KeepsAtMostFourMebibytes) {
  const auto output = capture_output(shell("yes 1234567 | head -c 5000000"));
  ASSERT_TRUE(output);
  EXPECT_LE(output->size(), 4U << 20U);
  EXPECT_GT(output->size(), 4'000'000U);
}

}  // namespace
}  // namespace staves::base
