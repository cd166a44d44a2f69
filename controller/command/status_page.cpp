#include "command/status_page.h"

#include <cmath>

#include "command/build_state.h"
#include "command/table.h"
#include "command/words.h"
#include "decide/image_status.h"
#include "decide/queue.h"

namespace staves::command {

namespace {

std::string line(const std::string& name, const std::string& value) {
  constexpr std::size_t width = 12;
  if (value.empty()) return {};
  return name + std::string(width > name.size() ? width - name.size() : 1, ' ') + printable(value) + "\n";
}

std::string conditions_text(const api::Conditions& conditions, base::TimePoint now) {
  if (conditions.empty()) return "Conditions:\n  none yet: the operator has not looked at it\n";
  std::string text = "Conditions:\n";
  for (const api::Condition& one : conditions) {
    const char* status = one.status == api::ConditionStatus::True    ? "True"
                         : one.status == api::ConditionStatus::False ? "False"
                                                                     : "Unknown";
    text += "  " + one.type + " " + status + ", " + one.reason + ", for " + age_text(one.last_transition_time, now) +
            "\n    " + printable(one.message) + "\n";
  }
  return text;
}

std::string reasons_text(const api::BuildStatus& build) {
  std::string text;
  for (const api::ReasonToBuild& reason : build.reasons) {
    text += "  because    " + std::string(api::to_string(reason.reason)) + "\n";
    for (const api::Change& change : reason.changes) {
      text += "               " + printable(change.path + ": " + change.was + " -> " + change.is) + "\n";
    }
  }
  return text;
}

std::string metrics_text(const api::BuildMetrics& metrics) {
  std::string text = "  packages   " + std::to_string(metrics.compiled_packages) + " compiled, " +
                     std::to_string(metrics.cached_packages) + " from the cache\n";
  text += "  pushed     " + bytes_text(metrics.pushed_bytes) + ", " + bytes_text(metrics.reused_bytes) +
          " were there already\n";
  std::string steps;
  for (const auto& [name, seconds] : metrics.steps) {
    if (name.text().contains('/')) continue;
    steps +=
        (steps.empty() ? "" : ", ") + name.text() + " " + duration_text(std::chrono::seconds(std::llround(seconds)));
  }
  if (!steps.empty()) text += "  steps      " + printable(steps) + "\n";
  return text;
}

std::string failure_text(const api::Failure& failure) {
  std::string text = "  failure    " + std::string(api::to_string(failure.failure_class));
  if (!failure.package.empty()) text += ", " + printable(failure.package);
  if (!failure.phase.empty()) text += " (" + printable(failure.phase) + ")";
  text += '\n';
  if (!failure.message.empty()) text += "             " + printable(failure.message) + "\n";
  for (std::string_view rest = failure.log_tail; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    text += "             | " + printable(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text + "  advice     " + std::string(api::advice(failure.failure_class)) + "\n";
}

std::string build_text(const api::BuildStatus& build, base::TimePoint now) {
  if (build.number == 0) return "Build:\n  there was none yet\n";
  std::string text = "Build " + std::to_string(build.number);
  if (build.attempt > 1) text += ", attempt " + std::to_string(build.attempt);
  text += ", " + std::string(state_of(build));
  if (build.start_time) {
    const auto took = build.completion_time.value_or(now) - *build.start_time;
    text += decide::is_running(build) ? " since " : " in ";
    text += duration_text(std::chrono::duration_cast<std::chrono::seconds>(took));
  }
  text += ":\n" + reasons_text(build);
  if (decide::is_running(build)) text += "  step       " + std::string(api::to_string(build.step)) + "\n";
  if (build.queue) text += "  queue      " + printable(decide::queue_sentence(build)) + "\n";
  if (!build.waiting.empty()) text += "  waiting    " + printable(build.waiting) + "\n";
  if (build.progress && build.progress->total > 0 && decide::is_running(build)) {
    text += "  progress   package " + std::to_string(build.progress->done) + " of " +
            std::to_string(build.progress->total) + ", now " + printable(build.progress->current) + "\n";
  }
  if (!build.inputs.stage3.empty()) text += "  stage3     " + printable(build.inputs.stage3) + "\n";
  if (!build.inputs.tree.empty()) text += "  tree       " + printable(build.inputs.tree) + "\n";
  if (build.packages_unchanged) text += "  result     the packages stay the same, and so does the image\n";
  if (build.metrics) text += metrics_text(*build.metrics);
  for (const api::BuildWarning& warning : build.warnings) {
    text += "  warning    " + printable(warning.package + ": " + warning.message) + "\n";
  }
  if (build.failure) text += failure_text(*build.failure);
  return text;
}

std::string result_of(const api::PastBuild& past) {
  if (past.unchanged) return "Unchanged";
  return past.succeeded ? "Succeeded" : past.cancelled ? "Cancelled" : past.failure_class;
}

std::string history_text(const std::vector<api::PastBuild>& history, base::TimePoint now) {
  if (history.empty()) return {};
  std::vector<std::vector<std::string>> rows{{"  BUILD", "RESULT", "WHY", "TOOK", "ENDED", "IMAGE"}};
  for (const api::PastBuild& past : history) {
    std::string why;
    for (const std::string& reason : past.reasons) why += (why.empty() ? "" : ",") + reason;
    rows.push_back(
        {"  " + std::to_string(past.number), result_of(past), why, duration_text(std::chrono::seconds(past.seconds)),
         past.completion_time ? age_text(*past.completion_time, now) + " ago" : "", short_digest(past.digest)});
  }
  return "History:\n" + table_text(rows);
}

std::string platforms_text(const std::vector<api::IndexedImage>& images) {
  std::string text;
  for (const api::IndexedImage& image : images) {
    text += line("Platform",
                 to_string(image.platform) + ", " + short_digest(image.digest) + ", " + bytes_text(image.size_bytes));
  }
  return text;
}

}  // namespace

std::string status_page(const api::StavesImage& image, base::TimePoint now) {
  std::string text = line("Name", image.meta.name) + line("Namespace", image.meta.name_space) +
                     line("Builder", image.spec.builder_name) + line("Age", age_text(image.meta.created, now));
  std::string packages;
  for (const std::string& atom : image.spec.packages) packages += (packages.empty() ? "" : " ") + atom;
  text += line("Packages", packages);
  if (image.status.image) {
    const api::BuiltImage& built = *image.status.image;
    const std::string packed = bytes_text(built.size_bytes) + " (" + bytes_text(built.uncompressed_bytes) + " unpacked";
    text += line("Image", built.reference);
    text += line("Size", packed + (built.platforms ? ")" : ", " + std::to_string(built.packages) + " packages)"));
    if (built.platforms) text += platforms_text(*built.platforms);
  }
  return text + conditions_text(image.status.conditions, now) + build_text(image.status.build, now) +
         history_text(image.status.history, now);
}

}  // namespace staves::command
