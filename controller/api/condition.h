#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_text.h"
#include "base/time_point.h"

namespace staves::api {

enum class ConditionStatus { True, False, Unknown };

/// metav1.Condition. Types: Ready, Reconciling, Stalled, BuilderReady; on the builder Ready, CacheReady, ImageReady.
/// `Reconciling` and `Stalled` exist only while they are True (kstatus).
struct Condition {
  base::SharedText type;
  ConditionStatus status = ConditionStatus::Unknown;
  base::SharedText reason;   ///< UpperCamel, never empty
  base::SharedText message;  ///< says what the user can do when the status is not the good one; at most 2 KiB
  std::int64_t observed_generation = 0;
  base::TimePoint last_transition_time{};
  friend bool operator==(const Condition&, const Condition&) = default;
};

using Conditions = std::vector<Condition>;

/// The condition of that type, or null.
const Condition* find_condition(const Conditions& conditions, std::string_view type);

/// Puts `wanted` in place of the condition of its type, or appends it. The transition time is `now` when the status
/// flips or the condition is new, and stays otherwise.
void set_condition(Conditions& conditions, Condition wanted, base::TimePoint now);
void remove_condition(Conditions& conditions, std::string_view type);

}  // namespace staves::api
