#include <algorithm>

#include "api/stavesimage.h"
#include "command/build_state.h"
#include "command/commands.h"
#include "command/find_object.h"
#include "command/status_page.h"
#include "command/table.h"
#include "command/words.h"
#include "decide/image_status.h"
#include "operate/stores.h"

namespace staves::command {

namespace {

std::string build_cell(const api::BuildStatus& build) {
  if (build.number == 0) return {};
  const std::string_view state = state_of(build);
  return std::to_string(build.number) + " " + std::string(state == "succeeded" ? "done" : state);
}

std::string step_cell(const api::BuildStatus& build) {
  if (!decide::is_running(build)) return {};
  std::string text(api::to_string(build.step));
  if (build.progress && build.progress->total > 0) {
    text += " " + std::to_string(build.progress->done) + "/" + std::to_string(build.progress->total);
  }
  return text;
}

std::vector<std::string> row_of(const api::StavesImage& image, base::TimePoint now) {
  const api::Condition* ready = api::find_condition(image.status.conditions, "Ready");
  const char* status = ready == nullptr                               ? "Unknown"
                       : ready->status == api::ConditionStatus::True  ? "True"
                       : ready->status == api::ConditionStatus::False ? "False"
                                                                      : "Unknown";
  return {image.meta.name,
          status,
          ready == nullptr ? "NotSeenYet" : ready->reason,
          build_cell(image.status.build),
          step_cell(image.status.build),
          image.status.image ? short_digest(image.status.image->digest) : "",
          image.status.image ? bytes_text(image.status.image->size_bytes) : "",
          image.spec.builder_name,
          age_text(image.meta.created, now)};
}

}  // namespace

base::Result<int> run_status(const Setting& setting, const Options& options) {
  const auto type = operate::resource_type(api::stavesimage_kind());
  const base::TimePoint now = setting.clock->now();
  if (!options.name.empty()) {
    TRY_ASSIGN(const auto object, find_object(setting, type, options.name));
    TRY_ASSIGN(const auto image, api::parse_stavesimage(object));
    setting.screen.out(status_page(image, now));
    return exit_code::done;
  }
  std::vector<std::vector<std::string>> rows{
      {"NAME", "READY", "REASON", "BUILD", "STEP", "IMAGE", "SIZE", "BUILDER", "AGE"}};
  if (options.all_namespaces) rows.front().insert(rows.front().begin(), "NAMESPACE");
  TRY(setting.cluster.list(
      type, {.name_space = options.all_namespaces ? "" : setting.name_space},
      [&](const base::Json& object) {
        const auto image = api::parse_stavesimage(object);
        if (!image) return;
        rows.push_back(row_of(*image, now));
        if (options.all_namespaces) rows.back().insert(rows.back().begin(), image->meta.name_space);
      },
      setting.stop));
  if (rows.size() == 1) {
    setting.screen.err(options.all_namespaces ? "There is no StavesImage in the cluster.\n"
                                              : "There is no StavesImage in namespace " + setting.name_space +
                                                    "; -A looks in all of them.\n");
    return exit_code::done;
  }
  setting.screen.out(table_text(rows));
  return exit_code::done;
}

}  // namespace staves::command
