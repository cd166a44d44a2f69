#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/http.h"
#include "command/command_line.h"
#include "command/commands.h"
#include "command/error_sentence.h"
#include "kube/connection.h"
#include "kube/http_cluster.h"

namespace {

using namespace staves;

constexpr const char* version = STAVES_VERSION;
constexpr unsigned http_threads = 4;

class StandardScreen final : public command::Screen {
 public:
  void out(std::string_view text) override { write(stdout, text); }
  void err(std::string_view text) override { write(stderr, text); }
  bool is_terminal() const override {
    const char* kind = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
  }
  int columns() const override {
    winsize size{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
  }

 private:
  static void write(std::FILE* file, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), file);
    std::fflush(file);
  }
};

/// Ctrl-C asks politely, and ends at once the second time.
std::stop_token stop_at_signals() {
  static std::stop_source stop;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  std::thread([signals] {
    int number = 0;
    ::sigwait(&signals, &number);
    stop.request_stop();
    ::sigwait(&signals, &number);
    std::_Exit(command::exit_code::stopped);
  }).detach();
  return stop.get_token();
}

int tell(command::Screen& screen, const base::Error& error, const command::Whereabouts& where) {
  const int code = command::exit_code_of(error);
  if (code != command::exit_code::stopped) screen.err("error: " + command::error_sentence(error, where) + "\n");
  return code;
}

int run(const command::Options& options, command::Screen& screen, const std::stop_token& stop) {
  const auto clock = std::make_shared<base::SystemClock>();
  // Before the environment of this process is changed: credential plugins get it as it was.
  const auto environment = kube::process_environment();
  base::prepare_http(http_threads);
  command::Whereabouts where{.server = {}, .name_space = options.name_space};
  auto connection = kube::find_connection(
      {.kubeconfig = options.kubeconfig, .context = options.context, .environment = environment}, clock);
  if (!connection) return tell(screen, connection.error(), where);
  where.server = connection->server;
  if (where.name_space.empty()) where.name_space = connection->name_space.empty() ? "default" : connection->name_space;
  kube::HttpClusterOptions to_cluster;
  to_cluster.connection = *connection;
  to_cluster.field_manager = "kubectl-staves";
  to_cluster.user_agent = std::string("kubectl-staves/") + version;
  const auto cluster = kube::make_http_cluster(std::move(to_cluster));
  if (!cluster) return tell(screen, cluster.error(), where);
  const auto code = command::run_command({.cluster = **cluster,
                                          .name_space = where.name_space,
                                          .clock = clock,
                                          .screen = screen,
                                          .stop = stop,
                                          .sleep = kube::real_sleep()},
                                         options);
  return code ? *code : tell(screen, code.error(), where);
}

}  // namespace

int main(int argc, char** argv) {
  StandardScreen screen;
  try {
    const auto line = command::parse_command_line({argv + 1, argv + argc}, version);
    if (!line) return tell(screen, line.error(), {});
    if (!line->text.empty()) {
      screen.out(line->text);
      return 0;
    }
    if (line->options.command == "version") {
      screen.out(std::string("kubectl-staves ") + version + "\n");
      return 0;
    }
    return run(line->options, screen, stop_at_signals());
  } catch (const std::exception& thrown) {
    screen.err(std::string("error: ") + thrown.what() + "\n");
    return command::exit_code::no_cluster;
  }
}
