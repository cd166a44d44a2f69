#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "portage/enter_root.h"
#include "portage/install.h"
#include "portage/run_emerge_step.h"
#include "portage/run_test_step.h"

namespace {

int stop_event = -1;

// The handler may only do what is safe in any moment; a thread does the rest. Nothing is blocked, so that children see
// their signals.
void on_signal(int /*number*/) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_event, &one, sizeof one);
}

/// Turns SIGTERM and SIGINT into a stop request.
void request_stop_on_signals(std::stop_source stop) {
  stop_event = ::eventfd(0, EFD_CLOEXEC);
  struct sigaction action{};
  action.sa_handler = on_signal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  std::thread([stop]() mutable {
    std::uint64_t count = 0;
    while (::read(stop_event, &count, sizeof count) < 0) {
    }
    staves::base::log_warning("told to stop");
    stop.request_stop();
  }).detach();
}

}  // namespace

int main(int count, char** arguments) {
  CLI::App app{"The part of Staves that works inside of a stage3"};
  app.require_subcommand(1);
  std::string prefix = "/";
  auto paths_log = std::string();
  auto* emerge = app.add_subcommand("emerge", "Build the root of an image as the plan says");
  emerge->add_option("--prefix", prefix, "Where all paths begin");
  emerge->add_option("--termination-log", paths_log, "Where the result goes");
  std::string target;
  auto* install = app.add_subcommand("install", "Copy this program for another container");
  install->add_option("path", target, "Where to")->required();
  auto* test = app.add_subcommand("test", "Run the image's own test in its finished root");
  std::string root;
  std::string directory = "/";
  std::vector<std::string> command;
  auto* enter = app.add_subcommand("enter", "Become a command inside of a root, without capabilities");
  enter->add_option("--root", root, "The root")->required();
  enter->add_option("--directory", directory, "Where the command begins, inside of the root");
  enter->add_option("command", command, "The command")->required();
  CLI11_PARSE(app, count, arguments);

  if (install->parsed()) {
    if (const auto done = staves::portage::install_program("/proc/self/exe", target); !done) {
      staves::base::log_error(done.error().message);
      return 1;
    }
    return 0;
  }
  if (enter->parsed()) return staves::portage::enter_root(root, directory, command);
  auto paths = staves::portage::paths_below(prefix);
  if (!paths_log.empty()) paths.termination_log = paths_log;
  std::stop_source stop;
  request_stop_on_signals(stop);
  if (test->parsed()) return staves::portage::run_test_step(paths, "/proc/self/exe", stop.get_token());
  return staves::portage::run_emerge_step(paths, stop);
}
