#include "portage/run_test_step.h"

#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "api/plan.h"
#include "base/files.h"
#include "base/handover.h"
#include "base/log.h"
#include "base/process.h"
#include "portage/enter_root.h"
#include "portage/failure_text.h"
#include "portage/other_steps.h"
#include "portage/part.h"
#include "portage/plain_text.h"
#include "portage/step_report.h"

namespace staves::portage {
namespace {

constexpr std::size_t most_lines = 2'000;

std::string how_it_ended(int exit_code) {
  constexpr int signal_base = 128;
  if (exit_code > signal_base) return "was ended by signal " + std::to_string(exit_code - signal_base);
  return "ended with exit code " + std::to_string(exit_code);
}

class TestStep {
 public:
  TestStep(const Paths& paths, const std::filesystem::path& self, const std::stop_token& stop, StepReport& report)
      : paths_(paths), self_(self), stop_(stop), report_(report) {}

  void run() {
    const auto plan = read_plan();
    if (!plan) return report_.failed(plan.error());
    {
      const auto part = report_.begin("wait");
      // Why there is no root to test, another step says.
      if (const auto emerged = wait_for_emerge(paths_.handover, stop_); !emerged) {
        return emerged.error().code == "Unchanged" ? report_.unchanged() : report_.stopped();
      }
    }
    const auto part = report_.begin("run");
    if (const auto passed = test(*plan); !passed) return report_.failed(passed.error());
    report_.succeeded(0, 0);
  }

 private:
  Part<api::Plan> read_plan() const {
    const auto text = base::read_mounted_file(paths_.plan);
    if (!text) return fail_part("plan", text.error());
    auto plan = api::parse_plan(*text);
    if (!plan) return fail_part("plan", plan.error());
    if (plan->test.command.empty()) return fail_part(api::FailureClass::Internal, "plan", "the plan has no test");
    return *std::move(plan);
  }

  Part<> test(const api::Plan& plan) const {
    if (!make_devices(paths_.rootfs)) {
      base::log_warning("no device can be made here: /dev/null is an ordinary file, and no other device is there");
    }
    std::vector<std::string> output;
    const auto end = base::run_process(
        command_of(plan),
        [&](std::string_view line) {
          output.push_back(plain_text(line));
          std::cout << output.back() << std::endl;
          if (output.size() > most_lines) output.erase(output.begin(), output.begin() + most_lines / 2);
        },
        stop_);
    if (!end) return fail_part("test", end.error());
    if (end->exit_code == 0 && !end->stopped) return {};
    api::Failure failure{.failure_class = api::FailureClass::TestFailed,
                         .package = {},
                         .phase = "test",
                         .message = {},
                         .log_tail = FailureText(output).tail()};
    if (stop_.stop_requested()) {
      failure.failure_class = api::FailureClass::Internal;
      failure.message = "was told to stop before the test command had ended";
    } else if (end->stopped) {
      failure.message = "the test command did not end within " + std::to_string(plan.test.timeout_seconds) + " s";
    } else {
      failure.message = "the test command " + how_it_ended(end->exit_code);
    }
    return std::unexpected(std::move(failure));
  }

  base::Command command_of(const api::Plan& plan) const {
    base::Command command{.arguments = {self_.string(), "enter", "--root", paths_.rootfs.string(), "--directory",
                                        plan.config.working_dir.empty() ? "/" : plan.config.working_dir, "--"},
                          .environment = {},
                          .directory = "/",
                          .deadline = std::chrono::seconds(plan.test.timeout_seconds)};
    command.arguments.insert(command.arguments.end(), plan.test.command.begin(), plan.test.command.end());
    command.environment = {{"PATH", std::string(api::default_path)}, {"HOME", "/root"}};
    for (const auto& [name, value] : plan.config.env) command.environment[name] = value;
    return command;
  }

  const Paths& paths_;
  const std::filesystem::path& self_;
  const std::stop_token& stop_;
  StepReport& report_;
};

}  // namespace

int run_test_step(const Paths& paths, const std::filesystem::path& self, const std::stop_token& stop) {
  StepReport report;
  const auto handover = base::Handover::take(paths.handover / "test");
  if (!handover) {
    report.failed(fail_part("handover", handover.error()).error());
    return report.leave(paths.termination_log, nullptr);
  }
  try {
    TestStep(paths, self, stop, report).run();
  } catch (const std::exception& thrown) {
    report.failed({api::FailureClass::Internal, "", "", std::string("the test step broke: ") + thrown.what(), ""});
  }
  return report.leave(paths.termination_log, &*handover);
}

}  // namespace staves::portage
