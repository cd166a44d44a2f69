#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/heap.h"
#include "base/http.h"
#include "base/log.h"
#include "kube/connection.h"
#include "kube/http_cluster.h"
#include "operate/controller.h"
#include "operate/git_branches.h"
#include "operate/process_figures.h"
#include "operate/registry_tags.h"

namespace {

using namespace staves;

constexpr const char* version = STAVES_VERSION;
constexpr unsigned http_threads = 4;
constexpr std::chrono::seconds request_deadline{30};
constexpr std::chrono::seconds log_deadline{3};
/// Exit status of a controller that lost its lease; the kubelet starts it again.
constexpr int lost_lease = 3;

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

kube::HttpClusterOptions options_for(const kube::Connection& connection, const operate::Metrics& metrics,
                                     std::chrono::milliseconds deadline) {
  kube::HttpClusterOptions options;
  options.connection = connection;
  options.field_manager = "staves-controller";
  options.user_agent = std::string("staves-controller/") + version;
  options.deadline = deadline;
  options.observer = metrics.requests(connection.server);
  return options;
}

/// The elector decides itself when it asks again.
kube::HttpClusterOptions options_for_lease(const kube::Connection& connection, const operate::Metrics& metrics) {
  kube::HttpClusterOptions options = options_for(connection, metrics, kube::LeaseTerms().request_deadline);
  options.attempts = 1;
  options.repeat_writes = false;
  return options;
}

/// Who holds the lease: a container that is started again in its pod is somebody else.
std::string identity_of_process() {
  std::random_device random;
  std::ostringstream identity;
  identity << host_name() << '_' << std::hex << random() << random();
  return identity.str();
}

base::Result<kube::ElectorOptions> elector_options(const operate::Options& options,
                                                   const kube::Connection& connection) {
  kube::ElectorOptions elector;
  elector.lease = {options.lease_namespace.empty() ? connection.name_space : options.lease_namespace,
                   options.lease_name};
  if (elector.lease.name_space.empty()) {
    return base::fail("NoLeaseNamespace", "--leader-elect needs --leader-elect-namespace outside of a pod",
                      base::Retry::never());
  }
  elector.identity = identity_of_process();
  // At once, without destructors: they would wait for what must not go on.
  elector.on_lost = [] { std::_Exit(lost_lease); };
  return elector;
}

base::Done run(const operate::Options& options, const std::stop_token& stop) {
  const auto clock = std::make_shared<base::SystemClock>();
  const auto environment = kube::process_environment();
  // After the environment was read: credential plugins get it as it was.
  base::prepare_http(http_threads);
  TRY_ASSIGN(const auto connection,
             kube::find_connection(
                 {.kubeconfig = options.kubeconfig, .context = options.context, .environment = environment}, clock));
  operate::Metrics metrics;
  operate::add_process_figures(metrics);
  // One limit for all that the process asks for, but for the lease.
  const auto limiter = options.kube_api_qps > 0
                           ? std::make_shared<kube::RateLimiter>(options.kube_api_qps, options.kube_api_burst, clock)
                           : nullptr;
  const auto reach = [&](std::chrono::milliseconds deadline) {
    kube::HttpClusterOptions limited = options_for(connection, metrics, deadline);
    limited.limiter = limiter;
    return kube::make_http_cluster(std::move(limited));
  };
  TRY_ASSIGN(const auto cluster, reach(request_deadline));
  TRY_ASSIGN(const auto logs, reach(log_deadline));
  TRY_ASSIGN(const auto leases, kube::make_http_cluster(options_for_lease(connection, metrics)));
  base::log_info("staves-controller", {{"version", version}, {"server", connection.server}});
  operate::ControllerParts parts{.options = options,
                                 .cluster = *cluster,
                                 .logs = *logs,
                                 .metrics = metrics,
                                 .resolve_tag = operate::resolve_by_registry(),
                                 .resolve_branch = operate::resolve_by_git(),
                                 .resolve_published = operate::resolve_by_registry(),
                                 .clock = clock,
                                 .instance = host_name()};
  if (options.leader_elect) {
    TRY_ASSIGN(auto elector, elector_options(options, connection));
    parts.candidacy.emplace(operate::Candidacy{*leases, std::move(elector)});
  }
  return operate::run_controller(std::move(parts), stop);
}

/// Blocks the signals that ask to end, for this thread and those that it starts.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

int serve(const operate::Options& options) {
  const sigset_t signals = block_signals();
  base::set_log_level(options.log_level);
  std::stop_source stop;
  std::thread([signals, stop]() mutable {
    int number = 0;
    ::sigwait(&signals, &number);
    stop.request_stop();
  }).detach();
  const auto done = run(options, stop.get_token());
  if (done) return 0;
  base::log_error("staves-controller cannot run", {{"code", done.error().code}, {"error", done.error().message}});
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    base::share_heaps();
    const auto line = operate::parse_options({argv + 1, argv + argc}, version);
    if (!line) {
      std::fprintf(stderr, "%s\n", line.error().message.c_str());
      return 2;
    }
    if (line->text.empty()) return serve(line->options);
    std::fputs(line->text.c_str(), stdout);
    return 0;
  } catch (const std::exception& thrown) {
    base::log_error("staves-controller ends", {{"error", thrown.what()}});
    return 1;
  }
}
