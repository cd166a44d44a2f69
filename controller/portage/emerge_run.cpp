#include "portage/emerge_run.h"

#include <algorithm>
#include <iostream>

#include "base/files.h"
#include "base/log.h"
#include "base/process.h"
#include "portage/damaged_binary.h"
#include "portage/emerge_command.h"
#include "portage/failure_text.h"
#include "portage/plain_text.h"
#include "portage/stage3_packages.h"

namespace staves::portage {
namespace {

constexpr std::size_t most_lines = 20'000;
constexpr std::size_t most_log_bytes = 8U << 20U;
// Each is another package of the cache that is damaged; Portage stops at the first.
constexpr int most_mends = 5;

/// Keeps the end of a long log; what matters stands there.
void keep_end(std::vector<std::string>& lines) {
  if (lines.size() > most_lines) {
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(most_lines / 2));
  }
}

void append_log(const std::filesystem::path& log, std::vector<std::string>& output) {
  const auto text = base::read_file(log, most_log_bytes);
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    output.push_back(plain_text(rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
}

}  // namespace

Part<> EmergeRun::merge_layout(const std::stop_token& stop) {
  return call(paths_.rootfs.string(), {"sys-apps/baselayout"}, "build", stop);
}

Part<> EmergeRun::merge_packages(const std::vector<std::string>& atoms, const std::optional<std::string>& from_stage3,
                                 const IsEnough& is_enough, const std::stop_token& stop) {
  is_enough_ = is_enough;
  std::vector<std::string> all = {"virtual/libc"};
  all.insert(all.end(), atoms.begin(), atoms.end());
  const std::string root = paths_.rootfs.string();
  auto twice = from_stage3 ? call_with_stage3(root, all, *from_stage3, stop)
                           : reviewed_call(root, all, "", compiled_twice, stop);
  if (!twice) {
    return std::unexpected(twice.error());
  }
  // Nothing that is compiled now can be what was there.
  is_enough_ = {};
  if (twice->empty()) {
    return {};
  }
  for (auto& cpv : *twice) {
    cpv.insert(0, "=");
  }
  if (auto builder = call("/", *twice, "", stop); !builder) {
    return builder;
  }
  return call(root, all, "", stop);
}

Part<std::vector<std::string>> EmergeRun::call_with_stage3(const std::string& root,
                                                           const std::vector<std::string>& atoms,
                                                           const std::string& tree, const std::stop_token& stop) {
  std::vector<std::string> there;
  const auto review = [&](const std::vector<PlannedMerge>& list) {
    there = in_stage3(paths_.system, list, tree);
    return there.empty() ? compiled_twice(list) : there;
  };
  // Ends: every further round is another build that packed something after this one had planned.
  for (bool others_packed = true; others_packed;) {
    there.clear();
    auto found = reviewed_call(root, atoms, "", review, stop);
    if (!found || there.empty()) {
      return found;
    }
    std::erase_if(there, [this](const std::string& cpv) { return !is_as_built(paths_.system, cpv); });
    if (there.empty()) {
      break;
    }
    // Held for the packing alone, so that nobody waits for a plan or a look at files.
    const auto packing = cache_.begin_packing(stop);
    others_packed = packing.others_packed;
    if (packing.lock) {
      pack_stage3_packages(there, stop);
    }
  }
  return reviewed_call(root, atoms, "", compiled_twice, stop);
}

Part<> EmergeRun::call(const std::string& root, const std::vector<std::string>& atoms, const std::string& use,
                       const std::stop_token& stop) {
  const auto ended = reviewed_call(root, atoms, use, {}, stop);
  return ended ? Part<>() : std::unexpected(ended.error());
}

Part<std::vector<std::string>> EmergeRun::reviewed_call(const std::string& root, const std::vector<std::string>& atoms,
                                                        const std::string& use, const Review& review,
                                                        const std::stop_token& stop) {
  auto command = emerge_command(root, atoms, split_, gone_);
  if (!use.empty()) {
    command.environment["USE"] = use;
  }
  for (int mended = 0;; ++mended) {
    FailureEvidence evidence;
    auto ended = call_once(command, review, evidence, stop);
    const auto damaged = ended ? std::nullopt : damaged_binary(FailureText(evidence.output));
    if (!damaged || mended == most_mends || stop.stop_requested()) {
      return ended;
    }
    base::log_warning("a binary package of the cache is damaged or gone; it is made again", {{"package", *damaged}});
    if (auto done = cache_.mend(stop); !done) {
      return std::unexpected(done.error());
    }
  }
}

Part<std::vector<std::string>> EmergeRun::call_once(const base::Command& command, const Review& review,
                                                    FailureEvidence& evidence, const std::stop_token& stop) {
  if (auto held = cache_.begin_plan(stop); !held) {
    return std::unexpected(held.error());
  }
  progress_.begin_call();
  std::vector<std::string> found;
  std::stop_source leave;
  const std::stop_callback pass_on(stop, [&leave] { leave.request_stop(); });
  const auto end = base::run_process(
      command,
      [&](std::string_view line) {
        // What it says of being stopped is no news.
        if (was_enough_ || !found.empty()) return;
        read_line(line, evidence.output);
        // The list ends with its sum; building begins after it.
        if (!evidence.output.back().starts_with("Total: ")) {
          return;
        }
        // As long as nothing of the partition can go.
        was_enough_ = is_enough_ && is_enough_(progress_.list());
        if (was_enough_) std::cout << "The packages are those of the image that is there: nothing is to be made.\n";
        cache_.planned(progress_.list());
        if (review && !was_enough_) {
          found = review(progress_.list());
        }
        if (was_enough_ || !found.empty()) {
          leave.request_stop();
        }
      },
      leave.get_token());
  cache_.plan_ended();
  std::cout << std::flush;
  if (!end) {
    return fail_part("resolve", end.error());
  }
  if (stop.stop_requested()) {
    return std::unexpected(interrupted(evidence.output));
  }
  if (!found.empty()) {
    progress_.begin_call();
    return found;
  }
  if (was_enough_ || end->exit_code == 0) {
    return found;
  }
  evidence.exit_code = end->exit_code;
  add_logs(evidence.output);
  return std::unexpected(classify(evidence));
}

void EmergeRun::read_line(std::string_view line, std::vector<std::string>& output) {
  output.push_back(plain_text(line));
  const std::string& text = output.back();
  if (!text.starts_with(">>> Jobs:") && text.find_first_not_of('.') != std::string::npos) {
    std::cout << text << '\n';
  }
  if (text.find("merged despite file collisions") != std::string::npos) {
    auto package = std::string(between(text, "Package '", "'"));
    if (!package.empty() && std::ranges::find(despite_collisions_, package) == despite_collisions_.end()) {
      despite_collisions_.push_back(std::move(package));
    }
  }
  if (progress_.read(text)) {
    std::cout << std::flush;
    on_progress_(progress_.progress());
  }
  keep_end(output);
}

/// Portage prints the log of a failed package only when it is the only one.
void EmergeRun::add_logs(std::vector<std::string>& output) const {
  const bool printed =
      std::ranges::any_of(output, [](const std::string& line) { return line.find("ERROR: ") != std::string::npos; });
  std::vector<std::string> logs;
  for (const auto& line : output) {
    const auto path = between(line, ">>>  '", "'");
    if (!printed && path.ends_with("/build.log")) {
      logs.emplace_back(path);
    }
  }
  for (const auto& log : logs) {
    append_log(paths_.inside(log), output);
  }
}

/// Whoever took the time away, or the node, wants to know what it was spent on.
api::Failure EmergeRun::interrupted(std::vector<std::string>& output) const {
  const std::string package = progress_.progress().current;
  if (!package.empty()) {
    append_log(paths_.work / package / "temp/build.log", output);
  }
  return {.failure_class = api::FailureClass::Internal,
          .package = package,
          .phase = {},
          .message = "was told to stop before it was finished",
          .log_tail = FailureText(output).tail()};
}

}  // namespace staves::portage
