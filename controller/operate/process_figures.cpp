#include "operate/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <sstream>

#include "base/files.h"

namespace staves::operate {

namespace {

double resident_bytes() {
  const auto text = base::read_file("/proc/self/statm");
  std::istringstream columns(text.value_or(""));
  double total = 0;
  double resident = 0;
  columns >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(files), end(files)));
}

Metrics::ReadSeries one(double (*read)()) {
  return [read] { return std::vector<Metrics::Series>{{.label = {}, .value = read()}}; };
}

}  // namespace

void add_process_figures(Metrics& metrics) {
  metrics.read_gauge("process_resident_memory_bytes", "Resident memory in bytes", "", one(resident_bytes));
  metrics.read_counter("process_cpu_seconds_total", "User and system time in seconds", "", one(cpu_seconds));
  metrics.read_gauge("process_open_fds", "Open file descriptors", "", one(open_files));
  const double start = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  metrics.read_gauge("process_start_time_seconds", "Start of the process, seconds since 1970", "",
                     [start] { return std::vector<Metrics::Series>{{.label = {}, .value = start}}; });
}

}  // namespace staves::operate
