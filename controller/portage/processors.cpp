#include "portage/processors.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "base/files.h"

namespace staves::portage {
namespace {

constexpr std::uint64_t memory_per_process = 512U << 20U;
// Version 1 writes the largest page-aligned number where there is no limit.
constexpr std::uint64_t no_memory_limit = std::uint64_t{1} << 60U;

std::string first_line(const std::filesystem::path& path) {
  const auto text = base::read_file(path, 4096);
  return text ? text->substr(0, text->find('\n')) : std::string();
}

/// The number at the front; 0 when there is none ("max", "-1").
std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int limited(int processors, std::uint64_t quota, std::uint64_t period) {
  if (quota == 0 || period == 0) {
    return processors;
  }
  return std::clamp(static_cast<int>(std::min<std::uint64_t>((quota + period - 1) / period, 4096)), 1, processors);
}

}  // namespace

Share read_share(const std::filesystem::path& cgroup, int online) {
  Share share{.processors = std::max(online, 1)};
  if (const auto line = first_line(cgroup / "cpu.max"); !line.empty()) {
    const auto space = line.find(' ');
    share.processors = limited(share.processors, number(line),
                               space == std::string::npos ? 0 : number(std::string_view(line).substr(space + 1)));
    share.memory_bytes = number(first_line(cgroup / "memory.max"));
    return share;
  }
  share.processors = limited(share.processors, number(first_line(cgroup / "cpu/cpu.cfs_quota_us")),
                             number(first_line(cgroup / "cpu/cpu.cfs_period_us")));
  share.memory_bytes = number(first_line(cgroup / "memory/memory.limit_in_bytes"));
  if (share.memory_bytes >= no_memory_limit) {
    share.memory_bytes = 0;
  }
  return share;
}

Parallelism parallelism(const Share& share) {
  const int processors = std::max(share.processors, 1);
  Parallelism split;
  split.packages = processors < 8 ? std::min(processors, 2) : processors / 4;
  split.make_jobs = (processors * 3 + 2 * split.packages - 1) / (2 * split.packages);
  if (share.memory_bytes > 0) {
    const int fit = static_cast<int>(std::clamp<std::uint64_t>(share.memory_bytes / memory_per_process, 1, 4096));
    split.packages = std::min(split.packages, fit);
    split.make_jobs = std::clamp(fit / split.packages, 1, split.make_jobs);
  }
  return split;
}

}  // namespace staves::portage
