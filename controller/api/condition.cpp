#include "api/condition.h"

#include "api/bounded_text.h"
#include "api/condition_json.h"
#include "nlohmann/json.hpp"

namespace staves::api {

namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 3> statuses = {"True", "False", "Unknown"};
constexpr std::size_t longest_message = 2048;

auto place_of(auto& conditions, std::string_view type) {
  return std::ranges::find_if(conditions, [&](const Condition& one) { return one.type == type; });
}

}  // namespace

const Condition* find_condition(const Conditions& conditions, std::string_view type) {
  const auto found = place_of(conditions, type);
  return found == conditions.end() ? nullptr : &*found;
}

void set_condition(Conditions& conditions, Condition wanted, base::TimePoint now) {
  const auto found = place_of(conditions, wanted.type);
  const bool flips = found == conditions.end() || found->status != wanted.status;
  wanted.last_transition_time = flips ? now : found->last_transition_time;
  if (found == conditions.end()) {
    conditions.push_back(std::move(wanted));
  } else {
    *found = std::move(wanted);
  }
}

void remove_condition(Conditions& conditions, std::string_view type) {
  std::erase_if(conditions, [&](const Condition& one) { return one.type == type; });
}

base::Json conditions_to_json(const Conditions& conditions) {
  base::Json list = base::Json::array();
  for (const Condition& one : conditions) {
    base::Json json{{"type", one.type},
                    {"status", statuses[static_cast<std::size_t>(one.status)]},
                    {"reason", one.reason},
                    {"message", at_most(one.message, longest_message)},
                    {"lastTransitionTime", base::to_rfc3339(one.last_transition_time)}};
    if (one.observed_generation != 0) json["observedGeneration"] = one.observed_generation;
    list.push_back(std::move(json));
  }
  return list;
}

Conditions read_conditions(const Fields& status) {
  Conditions conditions;
  for (const Fields& one : status.objects("conditions")) {
    conditions.push_back({.type = one.text("type"),
                          .status = one.choice("status", ConditionStatus::Unknown, statuses),
                          .reason = one.text("reason"),
                          .message = one.text("message"),
                          .observed_generation = one.number("observedGeneration"),
                          .last_transition_time = one.time("lastTransitionTime").value_or(base::TimePoint{})});
  }
  return conditions;
}

}  // namespace staves::api
