#include "command/board.h"

#include <algorithm>

#include "command/words.h"
#include "decide/image_status.h"

namespace staves::command {

namespace {

constexpr std::size_t bar_columns = 20;

std::chrono::seconds time_of(const api::BuildStatus& build, base::TimePoint now) {
  if (!build.start_time) return std::chrono::seconds(0);
  return std::chrono::duration_cast<std::chrono::seconds>(build.completion_time.value_or(now) - *build.start_time);
}

std::string bar(const api::Progress& progress) {
  if (progress.total <= 0) return "[" + std::string(bar_columns, '.') + "]";
  const auto done = static_cast<std::size_t>(std::clamp<std::int64_t>(progress.done, 0, progress.total));
  const std::size_t full = done * bar_columns / static_cast<std::size_t>(progress.total);
  return "[" + std::string(full, '#') + std::string(bar_columns - full, '.') + "]";
}

std::string counts(const api::Progress& progress) {
  if (progress.total <= 0) return "finding out what is needed";
  std::string text = std::to_string(progress.done) + "/" + std::to_string(progress.total);
  if (progress.from_cache > 0 || progress.compiled > 0) {
    text += " (" + std::to_string(progress.from_cache) + " cached, " + std::to_string(progress.compiled) + " compiled)";
  }
  return text;
}

api::Progress progress_of(const api::BuildStatus& build) {
  return build.progress ? *build.progress : api::Progress{};
}

/// What a running build is at, after its bar.
std::string activity(const api::BuildStatus& build) {
  switch (build.step) {
    case api::Step::Pending:
      return build.waiting.empty() ? "waiting for a node" : "waiting: " + printable(build.waiting);
    case api::Step::Sources:
      return "fetching the ebuild tree";
    case api::Step::Emerge: {
      const api::Progress progress = progress_of(build);
      return counts(progress) + (progress.current.empty() ? "" : "  " + printable(progress.current));
    }
    default:
      break;
  }
  return build.step == api::Step::Publish ? "pushing the image" : std::string(api::to_string(build.step));
}

std::string ready_message(const api::StavesImage& image) {
  const api::Condition* ready = api::find_condition(image.status.conditions, "Ready");
  return ready == nullptr ? "the operator has not looked at it yet" : printable(ready->reason + ": " + ready->message);
}

std::string built_text(const api::StavesImage& image) {
  if (!image.status.image) return "built";
  const api::BuiltImage& built = *image.status.image;
  const bool is_index = built.platforms.has_value();
  const std::size_t parts = is_index ? built.platforms->size() : static_cast<std::size_t>(built.packages);
  return "built " + built.reference + " (" + bytes_text(built.size_bytes) + ", " + std::to_string(parts) +
         (is_index     ? " platforms)"
          : parts == 1 ? " package)"
                       : " packages)");
}

std::string failed_text(const api::BuildStatus& build) {
  std::string text = "build " + std::to_string(build.number) + " failed";
  if (!build.failure) return text;
  text += ": " + std::string(api::to_string(build.failure->failure_class));
  if (!build.failure->package.empty()) text += ", " + printable(build.failure->package);
  if (!build.failure->phase.empty()) text += " (" + printable(build.failure->phase) + ")";
  return text;
}

/// An index fails with the images that it is made of, which say more in its condition than it could.
bool failed_itself(const api::StavesImage& image) {
  return image.status.build.failure && image.spec.platforms.size() < 2;
}

std::string stage_text(const api::StavesImage& image, Stage stage) {
  if (stage == Stage::Built) return built_text(image);
  if (stage == Stage::Failed && failed_itself(image)) return failed_text(image.status.build);
  return ready_message(image);
}

std::string indented(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines += "    | " + printable(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::string bar_line(const api::StavesImage& image, Stage stage, base::TimePoint now, std::size_t columns) {
  const api::BuildStatus& build = image.status.build;
  if (stage != Stage::Running) return fit(image.meta.name + "  " + stage_text(image, stage), columns);
  const std::string left = image.meta.name + "  " + bar(progress_of(build)) + "  ";
  const std::string right = "  " + duration_text(time_of(build, now));
  const std::size_t taken = width_of(left) + width_of(right);
  return fit(left + fit(activity(build), columns > taken ? columns - taken : 0) + right, columns);
}

std::string plain_line(const api::StavesImage& image, Stage stage) {
  const std::string who = image.meta.name + ": ";
  if (stage != Stage::Running) return who + stage_text(image, stage);
  return who + "build " + std::to_string(image.status.build.number) + ", " + activity(image.status.build);
}

std::string ending_text(const api::StavesImage& image, Stage stage) {
  const api::BuildStatus& build = image.status.build;
  const std::string& name = image.meta.name;
  if (stage == Stage::Built) {
    const bool timed = build.start_time && build.completion_time;
    const std::string took = timed ? " in " + duration_text(time_of(build, *build.completion_time)) : "";
    const std::string number = "build " + std::to_string(build.number);
    if (build.packages_unchanged && image.status.image) {
      return name + ": " + number + took + " found the same packages, " + image.status.image->reference + " stays\n";
    }
    return name + ": " + built_text(image) + (build.failure ? "" : ", " + number + took) + "\n";
  }
  if (stage != Stage::Failed || !failed_itself(image)) return name + ": " + ready_message(image) + "\n";
  const api::Failure& failure = *build.failure;
  std::string text = name + ": " + failed_text(build) + "\n";
  if (!failure.message.empty()) text += "  " + printable(failure.message) + "\n";
  if (!failure.log_tail.empty()) text += "  The end of its log:\n" + indented(failure.log_tail);
  text += "  " + std::string(api::advice(failure.failure_class)) + "\n";
  return text + "  The whole log: kubectl staves logs " + name + " -n " + image.meta.name_space + " --build " +
         std::to_string(build.number) + "\n";
}

Board::Board(Screen& screen, std::vector<std::string> names) : screen_(screen), names_(std::move(names)) {}

void Board::update(const api::StavesImage& image, Stage stage, base::TimePoint now) {
  const std::lock_guard lock(mutex_);
  Shown& shown = shown_[image.meta.name];
  const std::string line = plain_line(image, stage);
  const bool is_new = !shown.known || shown.line != line;
  shown = {.image = image, .stage = stage, .line = line, .known = true};
  if (screen_.is_terminal()) return draw(now);
  if (is_new) screen_.out(line + "\n");
}

void Board::tick(base::TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (screen_.is_terminal() && !shown_.empty()) draw(now);
}

void Board::remark(const std::string& text, base::TimePoint now) {
  const std::lock_guard lock(mutex_);
  screen_.err(text + "\n");
  drawn_lines_ = 0;
  if (screen_.is_terminal() && !shown_.empty()) draw(now);
}

void Board::draw(base::TimePoint now) {
  const auto columns = static_cast<std::size_t>(std::max(screen_.columns() - 1, 20));
  std::string text;
  if (drawn_lines_ > 0) text += "\x1b[" + std::to_string(drawn_lines_) + "A";
  drawn_lines_ = 0;
  for (const std::string& name : names_) {
    const auto found = shown_.find(name);
    if (found == shown_.end()) continue;
    text += "\r\x1b[2K" + bar_line(found->second.image, found->second.stage, now, columns) + "\n";
    ++drawn_lines_;
  }
  screen_.out(text);
}

}  // namespace staves::command
