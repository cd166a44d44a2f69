#include "base/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "base/descriptor.h"
#include "base/line_splitter.h"

namespace staves::base {

namespace {

using Instant = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

constexpr milliseconds grace{10'000};
/// How long what the program left behind may keep its output open.
constexpr milliseconds after_end{100};
constexpr std::size_t max_captured = 4U << 20U;
constexpr int shell_signal_base = 128;

/// The file that `name` means, by PATH of `environment` when it has no slash. Empty: there is none that may be run.
std::string find_program(const std::string& name, const std::map<std::string, std::string>& environment) {
  if (name.find('/') != std::string::npos) return name;
  const auto path = environment.find("PATH");
  std::string_view rest = path == environment.end() ? "/usr/local/bin:/usr/bin:/bin" : std::string_view(path->second);
  while (!rest.empty()) {
    const auto end = rest.find(':');
    const std::string candidate = std::string(rest.substr(0, end)) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0 && std::filesystem::is_regular_file(candidate)) return candidate;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return {};
}

/// Pointers to texts that outlive them, as execve wants them.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// What the child needs, made ready before the fork: after it only async-signal-safe calls are allowed.
struct Prepared {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<char*> argument_pointers;
  std::vector<char*> environment_pointers;
  std::string directory;
  bool errors_apart = false;
};

[[noreturn]] void become(const Prepared& prepared, int output, int report) {
  ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Only handlers are reset by exec: an ignored signal would stay ignored in the program.
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_DFL);
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  if (!prepared.errors_apart) ::dup2(output, STDERR_FILENO);
  // What others opened without close-on-exec is not for the program; kernels before 5.11 keep it.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (prepared.directory.empty() || ::chdir(prepared.directory.c_str()) == 0) {
    ::execve(prepared.program.c_str(), prepared.argument_pointers.data(), prepared.environment_pointers.data());
  }
  const int number = errno;
  [[maybe_unused]] const auto told = ::write(report, &number, sizeof number);
  ::_exit(127);
}

struct Child {
  pid_t pid = -1;
  Descriptor output;
};

std::unexpected<Error> spawn_failed(const std::string& program, int number) {
  return fail("SpawnFailed", "starting " + program + ": " + std::strerror(number), Retry::never());
}

Result<Child> spawn(const Command& command) {
  Prepared prepared;
  prepared.arguments = command.arguments;
  if (prepared.arguments.empty()) return spawn_failed("a command without a name", EINVAL);
  prepared.program = find_program(prepared.arguments.front(), command.environment);
  if (prepared.program.empty()) return spawn_failed(prepared.arguments.front(), ENOENT);
  for (const auto& [name, value] : command.environment) prepared.environment.push_back(name + "=" + value);
  prepared.argument_pointers = pointers_to(prepared.arguments);
  prepared.environment_pointers = pointers_to(prepared.environment);
  prepared.directory = command.directory;
  prepared.errors_apart = command.errors_apart;
  std::array<int, 2> output{-1, -1};
  std::array<int, 2> report{-1, -1};
  if (::pipe2(output.data(), O_CLOEXEC) != 0) return spawn_failed(prepared.program, errno);
  Descriptor from_child(output[0]);
  Descriptor to_us(output[1]);
  if (::pipe2(report.data(), O_CLOEXEC) != 0) return spawn_failed(prepared.program, errno);
  const Descriptor failure(report[0]);
  Descriptor tell_failure(report[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return spawn_failed(prepared.program, errno);
  if (pid == 0) become(prepared, to_us.number(), tell_failure.number());
  to_us.close();
  tell_failure.close();
  int number = 0;
  // The pipe ends without a word when exec succeeded.
  if (::read(failure.number(), &number, sizeof number) == sizeof number) {
    ::waitpid(pid, nullptr, 0);
    return spawn_failed(prepared.program, number);
  }
  return Child{pid, std::move(from_child)};
}

/// Watches one child: its output, its end, the stop token and the deadline.
class Run {
 public:
  Run(Child child, const Command& command, const std::function<void(std::string_view)>& on_line, std::stop_token stop)
      : child_(std::move(child)),
        lines_(on_line),
        process_(static_cast<int>(::syscall(SYS_pidfd_open, child_.pid, 0))),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        on_stop_(stop, Wake{wake_.number()}),
        stop_(std::move(stop)) {
    if (command.deadline) act_at_ = std::chrono::steady_clock::now() + *command.deadline;
  }

  ProcessEnd to_the_end() {
    while (!ended_ || child_.output.valid()) {
      wait();
      read_output();
      reap();
      if (!ended_) ask_to_end();
      // Something that the program left in the background may hold the pipe: it is not waited for.
      if (ended_ && std::chrono::steady_clock::now() >= give_up_at_) break;
    }
    // What the program itself wrote is in the pipe by now, and a pipe does not hold more than this.
    for (int rest = 0; rest < 64 && read_output(); ++rest) {
    }
    lines_.finish();
    return end_;
  }

 private:
  struct Wake {
    int number;
    void operator()() const {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(number, &one, sizeof one);
    }
  };

  void wait() const {
    // Where the kernel has no pidfd, the end of a child is found by looking now and then.
    constexpr milliseconds look_again{50};
    std::array<pollfd, 3> polled{pollfd{child_.output.number(), POLLIN, 0},
                                 pollfd{end_.stopped ? -1 : wake_.number(), POLLIN, 0},
                                 pollfd{ended_ ? -1 : process_.number(), POLLIN, 0}};
    ::poll(polled.data(), polled.size(), static_cast<int>(look_again.count()));
  }

  /// False: there was nothing to read.
  bool read_output() {
    pollfd ready{child_.output.number(), POLLIN, 0};
    if (::poll(&ready, 1, 0) <= 0) return false;
    std::array<char, 16384> buffer{};
    const ssize_t count = ::read(child_.output.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return true;
    if (count > 0) lines_.feed({buffer.data(), static_cast<std::size_t>(count)});
    if (count <= 0) child_.output.close();
    return count > 0;
  }

  void reap() {
    int status = 0;
    if (ended_ || ::waitpid(child_.pid, &status, WNOHANG) != child_.pid) return;
    ended_ = true;
    give_up_at_ = std::chrono::steady_clock::now() + after_end;
    end_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : shell_signal_base + WTERMSIG(status);
    // What the command left in its group must not outlive a stop.
    if (end_.stopped) ::kill(-child_.pid, SIGKILL);
  }

  void ask_to_end() {
    const Instant now = std::chrono::steady_clock::now();
    const bool due = act_at_ && now >= *act_at_;
    if (end_.stopped ? !due : !due && !stop_.stop_requested()) return;
    ::kill(-child_.pid, end_.stopped ? SIGKILL : SIGTERM);
    end_.stopped = true;
    act_at_ = now + grace;
  }

  Child child_;
  LineSplitter lines_;
  Descriptor process_;
  Descriptor wake_;
  std::stop_callback<Wake> on_stop_;
  std::stop_token stop_;
  std::optional<Instant> act_at_;  ///< when a signal is due: SIGTERM, later SIGKILL
  Instant give_up_at_{};
  bool ended_ = false;
  ProcessEnd end_;
};

}  // namespace

Result<ProcessEnd> run_process(const Command& command, const std::function<void(std::string_view)>& on_line,
                               std::stop_token stop) {
  TRY_ASSIGN(auto child, spawn(command));
  return Run(std::move(child), command, on_line, std::move(stop)).to_the_end();
}

Result<std::string> capture_output(const Command& command, std::stop_token stop) {
  std::string output;
  std::string last;
  const auto keep = [&](std::string_view line) {
    last = line;
    if (output.size() + line.size() + 1 <= max_captured) output.append(line) += '\n';
  };
  TRY_ASSIGN(const auto end, run_process(command, keep, std::move(stop)));
  if (end.exit_code != 0) {
    return fail("CommandFailed",
                command.arguments.front() + " ended with " + std::to_string(end.exit_code) +
                    (last.empty() ? std::string() : ": " + last),
                Retry::never());
  }
  return output;
}

}  // namespace staves::base
