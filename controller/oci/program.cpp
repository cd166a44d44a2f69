#include "oci/program.h"

#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/log.h"
#include "oci/mounted_file.h"

namespace staves::oci {
namespace {

std::string environment(const char* upper, const char* lower) {
  const char* value = std::getenv(upper);
  if (value == nullptr) value = std::getenv(lower);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

void stop_on_signals(const std::stop_source& stop) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  // Blocked in every thread that comes after; only the one below takes them.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::thread([signals, source = stop]() mutable {
    int number = 0;
    sigwait(&signals, &number);
    base::log_warning("told to stop");
    source.request_stop();
  }).detach();
}

base::Result<TransportOptions> transport_options(const std::filesystem::path& extra_ca) {
  TransportOptions options;
  options.proxy = environment("HTTPS_PROXY", "https_proxy");
  options.no_proxy = environment("NO_PROXY", "no_proxy");
  if (!extra_ca.empty()) {
    TRY_ASSIGN(auto pem, read_mounted_file(extra_ca));
    options.extra_ca_pem = pem.value_or("");
  }
  return options;
}

}  // namespace staves::oci
