#pragma once

#include <string>

#include "base/time_point.h"

namespace staves::kube {

/// "2026-05-01T12:00:00.250000Z": as the API server reads metav1.MicroTime, which has six digits of a second, always.
std::string to_micro_time(base::TimePoint time);

}  // namespace staves::kube
