#include "api/object.h"
#include "api/stavesbuilder.h"
#include "base/time_point.h"
#include "command/commands.h"
#include "command/error_sentence.h"
#include "command/find_object.h"
#include "command/table.h"
#include "command/words.h"
#include "decide/cache_bound.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"

namespace staves::command {

namespace {

using base::Json;

/// A member as text, whatever it is; empty when it is not there: not every operator reports all of them.
std::string shown(const Json& cache, const char* member) {
  const auto found = cache.find(member);
  if (found == cache.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number_integer() ? std::to_string(found->get<std::int64_t>()) : std::string();
}

std::string ready_reason(const Json& builder) {
  for (const Json& one : builder.value(Json::json_pointer("/status/conditions"), Json::array())) {
    if (one.value("type", "") == "CacheReady") return one.value("status", "") + ", " + one.value("reason", "");
  }
  return {};
}

/// What builds leave on the volume at most; empty for an object that this program cannot read.
std::string limit_of(const Json& builder) {
  const auto known = api::parse_stavesbuilder(builder);
  if (!known) return {};
  const std::int64_t limit = decide::cache_bound(known->spec.cache);
  return limit > 0 ? bytes_text(limit) : "none";
}

std::string measured_ago(const Json& cache, base::TimePoint now) {
  const auto measured = base::parse_rfc3339(shown(cache, "measuredTime"));
  return measured ? age_text(*measured, now) : std::string();
}

std::vector<std::string> row_of(const Json& builder, base::TimePoint now) {
  const Json cache = builder.value(Json::json_pointer("/status/cache"), Json::object());
  const std::int64_t used = cache.contains("usedBytes") && cache["usedBytes"].is_number_integer()
                                ? cache["usedBytes"].get<std::int64_t>()
                                : 0;
  return {builder.at("metadata").value("name", ""),
          shown(cache, "claimName"),
          ready_reason(builder),
          shown(cache, "capacity"),
          limit_of(builder),
          used > 0 ? bytes_text(used) : "",
          shown(cache, "packages"),
          shown(cache, "hits"),
          shown(cache, "misses"),
          measured_ago(cache, now)};
}

}  // namespace

base::Result<int> run_cache(const Setting& setting, const Options& options) {
  const auto type = operate::resource_type(api::stavesbuilder_kind());
  if (options.prune) {
    return bad_input(
        "builds prune by themselves: lower spec.cache.maxBytes of the StavesBuilder, and the next build removes the "
        "packages that no build has used for longest");
  }
  const base::TimePoint now = setting.clock->now();
  std::vector<std::vector<std::string>> rows{
      {"BUILDER", "CLAIM", "READY", "CAPACITY", "LIMIT", "USED", "PACKAGES", "HITS", "MISSES", "MEASURED"}};
  if (options.all_namespaces) rows.front().insert(rows.front().begin(), "NAMESPACE");
  const auto add = [&](const Json& builder) {
    rows.push_back(row_of(builder, now));
    if (options.all_namespaces) rows.back().insert(rows.back().begin(), builder.at("metadata").value("namespace", ""));
  };
  if (!options.name.empty()) {
    TRY_ASSIGN(const Json builder, find_object(setting, type, options.name));
    add(builder);
  } else {
    TRY(setting.cluster.list(type, {.name_space = options.all_namespaces ? "" : setting.name_space}, add,
                             setting.stop));
  }
  if (rows.size() == 1) {
    setting.screen.err("There is no StavesBuilder in namespace " + setting.name_space + "; -A looks in all of them.\n");
    return exit_code::done;
  }
  setting.screen.out(table_text(rows));
  return exit_code::done;
}

}  // namespace staves::command
