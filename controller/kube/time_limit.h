#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

#include "kube/alarms.h"

namespace staves::kube {

/// For as long as it lives: a stop token that asks to stop when somebody else does, or when the time is over. What
/// takes the token may still succeed afterwards.
class TimeLimit {
 public:
  /// `alarms` outlives it.
  TimeLimit(Alarms& alarms, Alarms::Moment ends, std::stop_token outer);
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit();

  /// The time ends at another moment from now on, unless it is over already. Not for two threads at once.
  void move(Alarms::Moment ends);

  std::stop_token token() const { return both_->get_token(); }
  /// Whether it was the time that ended it; the other one who asks does not count.
  bool is_over() const { return time_->stop_requested(); }

 private:
  struct Passing {
    std::shared_ptr<std::stop_source> to;
    void operator()() const { to->request_stop(); }
  };

  Alarms::Id set_alarm(Alarms::Moment ends);

  Alarms& alarms_;
  // Shared with the alarm, which may ring while this goes away.
  std::shared_ptr<std::stop_source> both_ = std::make_shared<std::stop_source>();
  std::shared_ptr<std::stop_source> time_ = std::make_shared<std::stop_source>();
  std::stop_callback<Passing> outer_asks_;
  Alarms::Id alarm_;
};

}  // namespace staves::kube
