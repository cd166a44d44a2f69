#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace staves::kube {

/// Calls back after each period, on a thread of its own, until the handle that it gives goes away; that waits for a
/// call under way. Tests give one that calls when they say so.
using Ticker = std::function<std::shared_ptr<void>(std::chrono::milliseconds period, std::function<void()> on_tick)>;

/// The real one.
Ticker real_ticker();

}  // namespace staves::kube
