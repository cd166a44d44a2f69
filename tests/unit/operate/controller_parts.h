#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "gtest/gtest.h"
#include "operate/controller.h"

namespace staves::operate {

/// Plurals of what a controller watches.
inline const std::vector<std::string> watched_kinds{"stavesimages", "stavesbuilders",         "jobs",
                                                    "pods",         "persistentvolumeclaims", "configmaps"};

/// Waits until something that other threads do has come true.
inline bool becomes(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::promise<void> never;
  const auto tick = never.get_future();
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    tick.wait_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// What a controller on a cluster of a test is made of. Its pages are on ports that nobody knows.
inline ControllerParts parts_on(kube::Cluster& cluster, Metrics& metrics, std::shared_ptr<const base::Clock> clock) {
  Options options;
  options.operator_image = "registry.example/staves:test";
  options.metrics_address = "127.0.0.1:0";
  options.health_address = "127.0.0.1:0";
  return {.options = options,
          .cluster = cluster,
          .logs = cluster,
          .metrics = metrics,
          .resolve_tag = [](const TagQuestion&, const std::stop_token&) -> base::Result<std::string> {
            return base::sha256_digest("stage3");
          },
          .clock = std::move(clock),
          .instance = "test"};
}

/// A controller on a thread, which ends with it.
class ControllerThread {
 public:
  explicit ControllerThread(ControllerParts parts)
      : thread_([parts = std::move(parts)](const std::stop_token& stop) { EXPECT_TRUE(run_controller(parts, stop)); }) {
  }

 private:
  std::jthread thread_;
};

}  // namespace staves::operate
