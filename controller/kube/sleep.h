#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace staves::kube {

/// Waits on the calling thread; false when the stop token ended it early. Tests give one that only notes the time.
using Sleep = std::function<bool(std::chrono::milliseconds, std::stop_token)>;

/// The real one.
Sleep real_sleep();

}  // namespace staves::kube
