#include "kube/ticker.h"

#include <thread>

#include "kube/sleep.h"

namespace staves::kube {

Ticker real_ticker() {
  return [](std::chrono::milliseconds period, std::function<void()> on_tick) -> std::shared_ptr<void> {
    return std::make_shared<std::jthread>([period, on_tick = std::move(on_tick)](const std::stop_token& stop) {
      const Sleep sleep = real_sleep();
      while (sleep(period, stop)) on_tick();
    });
  };
}

}  // namespace staves::kube
