#include "kube/time_limit.h"

#include <utility>

namespace staves::kube {

TimeLimit::TimeLimit(Alarms& alarms, Alarms::Moment ends, std::stop_token outer)
    : alarms_(alarms), outer_asks_(std::move(outer), Passing{both_}), alarm_(set_alarm(ends)) {}

void TimeLimit::move(Alarms::Moment ends) {
  alarms_.cancel(alarm_);
  alarm_ = set_alarm(ends);
}

Alarms::Id TimeLimit::set_alarm(Alarms::Moment ends) {
  return alarms_.set(ends, [both = both_, time = time_] {
    time->request_stop();
    both->request_stop();
  });
}

TimeLimit::~TimeLimit() {
  alarms_.cancel(alarm_);
}

}  // namespace staves::kube
