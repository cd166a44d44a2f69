#include "kube/election.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kube/micro_time.h"

namespace staves::kube {

namespace {

/// A spoilt lease must not keep everybody waiting for ever.
constexpr std::chrono::hours longest_duration{1};

int one_more(int transitions) {
  return transitions == std::numeric_limits<std::int32_t>::max() ? 0 : transitions + 1;
}

}  // namespace

Done check_terms(const LeaseTerms& terms) {
  using std::chrono::milliseconds;
  const bool ordered = terms.duration > terms.renew_deadline && terms.renew_deadline > terms.request_deadline &&
                       terms.renew_deadline > terms.retry && terms.request_deadline > milliseconds(0) &&
                       terms.retry > milliseconds(0);
  if (ordered) return {};
  return base::fail("InvalidLeaseTerms", "a lease has to last longer than its renewal, and that longer than a request",
                    base::Retry::never());
}

void Election::see(const LeaseRecord& record, std::string resource_version, Moment now) {
  resource_version_ = std::move(resource_version);
  if (record == record_) return;
  record_ = record;
  changed_ = now;
}

void Election::see_none() {
  resource_version_.clear();
}

bool Election::is_held_by_other(Moment now) const {
  return !record_.holder.empty() && !is_ours() && now < held_until();
}

Election::Moment Election::held_until() const {
  // Never shorter than our own: whoever shortened it in the lease, its holder does not know.
  const std::chrono::seconds duration =
      std::max(terms_.duration, std::min<std::chrono::seconds>(record_.duration, longest_duration));
  return changed_ + duration;
}

std::optional<LeaseRecord> Election::bid(Moment now, base::TimePoint date) const {
  if (is_held_by_other(now)) return std::nullopt;
  LeaseRecord wanted{.holder = identity_,
                     .duration = terms_.duration,
                     .acquire_time = record_.acquire_time,
                     .renew_time = to_micro_time(date),
                     .transitions = record_.transitions};
  const bool is_renewal = is_ours() && !resource_version_.empty();
  if (!is_renewal || wanted.acquire_time.empty()) wanted.acquire_time = wanted.renew_time;
  // The first holder of a new lease took it from nobody.
  if (!is_renewal) wanted.transitions = resource_version_.empty() ? 0 : one_more(record_.transitions);
  return wanted;
}

LeaseRecord Election::farewell(base::TimePoint date) const {
  const std::string now = to_micro_time(date);
  // The API server takes no duration of 0.
  return {.holder = {},
          .duration = std::chrono::seconds(1),
          .acquire_time = now,
          .renew_time = now,
          .transitions = record_.transitions};
}

}  // namespace staves::kube
