#include "tests/support/fault_proxy/rule.h"

#include <algorithm>

#include "nlohmann/json.hpp"

namespace staves::test {

namespace {

std::unexpected<base::Error> invalid(const std::string& what) {
  return base::fail("InvalidRule", what, base::Retry::never());
}

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

void read_number(const base::Json& value, std::uint64_t& into) {
  into = value.get<std::uint64_t>();
}

/// False: a rule has no such member.
bool read_member(const std::string& name, const base::Json& value, Rule& rule) {
  if (name == "verbs")
    rule.verbs = value.get<std::vector<std::string>>();
  else if (name == "resources")
    rule.resources = value.get<std::vector<std::string>>();
  else if (name == "every")
    read_number(value, rule.every);
  else if (name == "on")
    read_number(value, rule.on);
  else if (name == "times")
    read_number(value, rule.times);
  else if (name == "chance")
    rule.chance = value.get<double>();
  else if (name == "when")
    rule.when = value.get<std::string>();
  else if (name == "status")
    rule.status = value.get<int>();
  else if (name == "retryAfter")
    rule.retry_after = value.get<int>();
  else if (name == "ms")
    rule.time = std::chrono::milliseconds(value.get<std::int64_t>());
  else if (name == "bytes")
    rule.bytes = value.get<std::uint64_t>();
  else if (name == "clean")
    rule.clean = value.get<bool>();
  else if (name == "resourceVersion")
    rule.resource_version = value.get<std::string>();
  else
    return name == "fault";
  return true;
}

base::Result<Rule> read_rule(const base::Json& from) {
  Rule rule;
  const auto fault = std::ranges::find(fault_names, from.value("fault", ""));
  if (fault == fault_names.end()) return invalid("there is no fault '" + from.value("fault", "") + "'");
  rule.fault = static_cast<Fault>(fault - fault_names.begin());
  for (const auto& [name, value] : from.items()) {
    if (!read_member(name, value, rule)) return invalid("a rule has no member '" + name + "'");
  }
  if (rule.when != "before" && rule.when != "after") return invalid("when is neither before nor after");
  if (rule.every == 0) return invalid("every is 0");
  const bool timed = rule.fault == Fault::SwapCa || rule.fault == Fault::ResetIdle || rule.fault == Fault::DropWatch;
  if (timed && rule.time.count() <= 0) return invalid(std::string(name_of(rule.fault)) + " needs ms");
  return rule;
}

}  // namespace

std::string_view name_of(Fault fault) {
  return fault_names[static_cast<std::size_t>(fault)];
}

bool Rule::names(const Call& call) const {
  const std::string group = call.writes() ? "write" : "read";
  const bool verb_fits = is_among(verbs, call.verb) || is_among(verbs, group);
  return verb_fits && is_among(resources, call.resource);
}

base::Result<std::vector<Rule>> parse_rules(std::string_view json) {
  TRY_ASSIGN(const base::Json document, base::parse_json(json));
  std::vector<Rule> rules;
  try {
    for (const base::Json& one : document.at("rules")) {
      TRY_ASSIGN(rules.emplace_back(), read_rule(one));
    }
  } catch (const base::Json::exception& wrong) {
    return invalid(wrong.what());
  }
  return rules;
}

}  // namespace staves::test
