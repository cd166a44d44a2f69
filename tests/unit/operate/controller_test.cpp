#include "operate/controller.h"

#include <future>
#include <thread>

#include "base/digest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/farm.h"
#include "tests/support/fake_cluster.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;

/// Waits until something that other threads do has come true.
bool becomes(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  std::promise<void> never;
  const auto tick = never.get_future();
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    tick.wait_for(5ms);
  }
  return true;
}

class ControllerRun : public testing::Test {
 protected:
  ControllerRun() {
    Options options;
    options.operator_image = "registry.example/staves:test";
    options.metrics_address = "127.0.0.1:0";
    options.health_address = "127.0.0.1:0";
    thread_ = std::jthread([this, options](std::stop_token stop) {
      ended_ =
          run_controller({.options = options,
                          .cluster = cluster_,
                          .logs = cluster_,
                          .metrics = metrics_,
                          .resolve_tag = [](const TagQuestion&, const std::stop_token&) -> base::Result<std::string> {
                            return base::sha256_digest("stage3");
                          },
                          .clock = clock_,
                          .instance = "test"},
                         stop);
    });
  }

  std::shared_ptr<base::SystemClock> clock_ = std::make_shared<base::SystemClock>();
  test::FakeCluster cluster_{clock_};
  scenario::Farm farm_{cluster_, clock_};
  Metrics metrics_;
  base::Done ended_;
  std::jthread thread_;
};

TEST_F(ControllerRun, BuildsWhatIsAppliedWhileItRuns) {
  farm_.apply_image();
  ASSERT_TRUE(becomes([&] { return farm_.ready() == "False/BuilderNotFound"; })) << farm_.ready();
  farm_.apply_builder();
  ASSERT_TRUE(becomes([&] { return farm_.jobs().size() == 1; }));
  farm_.make_pods();
  farm_.run_pods();
  farm_.succeed();
  ASSERT_TRUE(becomes([&] { return farm_.ready() == "True/Built"; })) << farm_.ready();
  EXPECT_EQ(cluster_.creations(resource_type(api::job_kind())), 1);
  ASSERT_TRUE(becomes([&] { return !cluster_.objects({"events.k8s.io", "v1", "events", "Event"}).empty(); }));
  // Counted once the status has come back by the watch.
  EXPECT_TRUE(becomes([&] { return metrics_.text().find("staves_builds_total{") != std::string::npos; }));
}

TEST_F(ControllerRun, EndsWhenItIsAskedTo) {
  ASSERT_TRUE(
      becomes([&] { return metrics_.text().find("staves_lists_total{kind=\"jobs\"} 1") != std::string::npos; }));
  thread_.request_stop();
  thread_.join();
  EXPECT_TRUE(ended_);
}

}  // namespace
}  // namespace staves::operate
