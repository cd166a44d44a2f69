#pragma once

#include <cstdint>
#include <filesystem>

namespace staves::portage {

/// How much of the node this container may use.
struct Share {
  int processors = 1;              ///< by affinity and the CPU limit, rounded up, at least 1
  std::uint64_t memory_bytes = 0;  ///< the memory limit; 0: none
  friend bool operator==(const Share&, const Share&) = default;
};

/// Reads the limits of the own cgroup, version 1 or 2. `online` are the processors that the process may run on.
Share read_share(const std::filesystem::path& cgroup, int online);

/// How many packages are built at once and how many processes each of them starts.
struct Parallelism {
  int packages = 1;   ///< emerge --jobs
  int make_jobs = 1;  ///< MAKEOPTS -j
  friend bool operator==(const Parallelism&, const Parallelism&) = default;
};

/// Splits the processors: both numbers together stay near one and a half of them (much of a build is a single process),
/// and each compiler finds half a GiB of memory.
Parallelism parallelism(const Share& share);

}  // namespace staves::portage
