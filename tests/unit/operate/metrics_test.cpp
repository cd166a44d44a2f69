#include "operate/metrics.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "operate/process_figures.h"
#include "operate/store_figures.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;
using base::Json;

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(MetricsOfTheController, RoundsHaveTheNamesThatDashboardsKnow) {
  const Metrics metrics;
  const auto rounds = metrics.rounds();
  EXPECT_TRUE(has_line(metrics.text(), R"(controller_runtime_reconcile_total{controller="image",result="success"} 0)"));
  rounds->began(Subject::Image);
  EXPECT_TRUE(has_line(metrics.text(), R"(controller_runtime_active_workers{controller="image"} 1)"));
  rounds->ended(Subject::Image, RoundResult::Success, 10ms);
  rounds->began(Subject::Image);
  rounds->ended(Subject::Image, RoundResult::Exception, 10ms);
  const std::string text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(controller_runtime_reconcile_total{controller="image",result="success"} 1)"));
  EXPECT_TRUE(has_line(text, R"(controller_runtime_reconcile_total{controller="image",result="error"} 1)"));
  EXPECT_TRUE(has_line(text, R"(controller_runtime_reconcile_panics_total{controller="image"} 1)"));
  EXPECT_TRUE(has_line(text, R"(controller_runtime_reconcile_time_seconds_count{controller="image"} 2)"));
  EXPECT_TRUE(has_line(text, R"(controller_runtime_active_workers{controller="image"} 0)"));
}

TEST(MetricsOfTheController, RoundsThatFailInAWayOfTheirOwnAreCountedApart) {
  Metrics metrics;
  metrics.set_workers(4);
  EXPECT_TRUE(has_line(metrics.text(), R"(controller_runtime_reconcile_timeouts_total{controller="builder"} 0)"));
  EXPECT_TRUE(has_line(metrics.text(), R"(controller_runtime_terminal_reconcile_errors_total{controller="image"} 0)"));
  for (const RoundResult result : {RoundResult::Error, RoundResult::Refusal, RoundResult::Timeout}) {
    metrics.rounds()->began(Subject::Image);
    metrics.rounds()->ended(Subject::Image, result, 10ms);
  }
  const std::string text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(controller_runtime_reconcile_total{controller="image",result="error"} 3)")) << text;
  EXPECT_TRUE(has_line(text, R"(controller_runtime_reconcile_errors_total{controller="image"} 3)"));
  EXPECT_TRUE(has_line(text, R"(controller_runtime_reconcile_timeouts_total{controller="image"} 1)"));
  EXPECT_TRUE(has_line(text, R"(controller_runtime_terminal_reconcile_errors_total{controller="image"} 1)"));
  EXPECT_TRUE(has_line(text, R"(controller_runtime_max_concurrent_reconciles{controller="image"} 4)"));
}

TEST(MetricsOfTheController, QueueAndRequestsAreCounted) {
  Metrics metrics;
  metrics.read_work_at_hand([] { return kube::WorkAtHand{.keys = 2, .total = 5s, .longest = 4s}; });
  metrics.queue()->added();
  metrics.queue()->depth(3);
  metrics.queue()->waited(1ms);
  const auto requests = metrics.requests("https://10.96.0.1:443/clusters/a");
  requests->requested("GET", 200, 5ms);
  requests->requested("GET", 0, 5ms);
  requests->waited("POST", 250ms);
  const std::string text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(workqueue_adds_total{controller="staves",name="staves"} 1)")) << text;
  EXPECT_TRUE(has_line(text, R"(workqueue_depth{controller="staves",name="staves"} 3)"));
  EXPECT_TRUE(has_line(text, R"(rest_client_requests_total{code="200",host="10.96.0.1:443",method="GET"} 1)"));
  EXPECT_TRUE(has_line(text, R"(rest_client_requests_total{code="<error>",host="10.96.0.1:443",method="GET"} 1)"));
  EXPECT_TRUE(has_line(text, R"(rest_client_request_duration_seconds_count{host="10.96.0.1:443",verb="GET"} 2)"));
  EXPECT_TRUE(has_line(text, R"(workqueue_unfinished_work_seconds{controller="staves",name="staves"} 5)"));
  EXPECT_TRUE(has_line(text, R"(workqueue_longest_running_processor_seconds{controller="staves",name="staves"} 4)"));
  EXPECT_TRUE(has_line(text, R"(rest_client_rate_limiter_duration_seconds_sum{host="10.96.0.1:443",verb="POST"} 0.25)"))
      << text;
}

Json image(int version, const Json& build) {
  return {{"metadata",
           {{"namespace", "team-a"}, {"name", "bash"}, {"uid", "u"}, {"resourceVersion", std::to_string(version)}}},
          {"spec",
           {{"builderRef", {{"name", "glibc"}}}, {"packages", {"a/b"}}, {"image", {{"repository", "h.example/i"}}}}},
          {"status", {{"build", build}}}};
}

TEST(MetricsOfTheController, ABuildIsCountedWhenItsEndComesIntoView) {
  const Metrics metrics;
  Stores stores;
  metrics.count_builds(stores, [] { return true; });
  Json build{{"number", 1},
             {"attempt", 1},
             {"jobRef", {{"name", "bash-1"}}},
             {"reasons", {{{"reason", "First"}}}},
             {"startTime", "2026-05-01T00:00:00Z"}};
  ASSERT_TRUE(stores.images.apply(image(1, build)));
  build["completionTime"] = "2026-05-01T00:00:07Z";
  ASSERT_TRUE(stores.images.apply(image(2, build)));
  ASSERT_TRUE(stores.images.apply(image(3, build)));
  const std::string text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(staves_builds_total{class="",namespace="team-a",reason="First",result="succeeded"} 1)"))
      << text;
  EXPECT_TRUE(has_line(text, R"(staves_build_duration_seconds_sum{result="succeeded"} 7)"));
}

TEST(MetricsOfTheController, TheWaitForAPlaceIsCountedWhenItEnds) {
  const Metrics metrics;
  Stores stores;
  metrics.count_builds(stores, [] { return true; });
  Json build{{"number", 1}, {"attempt", 1}, {"queuedTime", "2026-05-01T00:00:00Z"}};
  ASSERT_TRUE(stores.images.apply(image(1, build)));
  build["startTime"] = "2026-05-01T00:00:42Z";
  ASSERT_TRUE(stores.images.apply(image(2, build)));
  ASSERT_TRUE(stores.images.apply(image(3, build)));
  EXPECT_TRUE(has_line(metrics.text(), "staves_build_queue_seconds_sum 42")) << metrics.text();
}

TEST(MetricsOfTheController, ABuildIsCountedByTheControllerThatWorks) {
  const Metrics metrics;
  Stores stores;
  bool works = false;
  metrics.count_builds(stores, [&works] { return works; });
  Json build{{"number", 1}, {"attempt", 1}, {"jobRef", {{"name", "bash-1"}}}};
  ASSERT_TRUE(stores.images.apply(image(1, build)));
  build["completionTime"] = "2026-05-01T00:00:07Z";
  ASSERT_TRUE(stores.images.apply(image(2, build)));
  EXPECT_EQ(metrics.text().find("staves_builds_total{"), std::string::npos);
}

TEST(MetricsOfTheController, ABuildThatHadEndedBeforeIsNotCountedAgain) {
  const Metrics metrics;
  Stores stores;
  metrics.count_builds(stores, [] { return true; });
  const Json build{
      {"number", 1}, {"attempt", 1}, {"jobRef", {{"name", "bash-1"}}}, {"completionTime", "2026-05-01T00:00:07Z"}};
  ASSERT_TRUE(stores.images.apply(image(1, build)));
  EXPECT_EQ(metrics.text().find("staves_builds_total{"), std::string::npos);
}

Json with_reason(Json object, const std::string& name, const char* reason) {
  object["metadata"]["name"] = name;
  object["metadata"]["uid"] = "uid-of-" + name;
  object["status"]["conditions"] = {{{"type", "Ready"},
                                     {"status", "False"},
                                     {"reason", reason},
                                     {"message", "why"},
                                     {"lastTransitionTime", "2026-05-01T00:00:00Z"}}};
  return object;
}

TEST(MetricsOfTheController, WhatTheStoresHoldIsToldByReasonAndBuilder) {
  Metrics metrics;
  Stores stores;
  read_store_figures(metrics, stores);
  const Json waits{{"number", 1},
                   {"attempt", 1},
                   {"queuedTime", "2026-05-01T00:00:00Z"},
                   {"inputs", {{"builder", {{"name", "glibc"}}}}}};
  Json runs = waits;
  runs["startTime"] = "2026-05-01T00:00:01Z";
  ASSERT_TRUE(stores.images.apply(with_reason(image(1, waits), "one", "Queued")));
  ASSERT_TRUE(stores.images.apply(with_reason(image(2, runs), "two", "Building")));
  ASSERT_TRUE(stores.images.apply(with_reason(image(3, runs), "three", "Building")));
  ASSERT_TRUE(stores.images.apply(image(4, Json::object()))) << "nobody has looked at it yet";
  Json builder{
      {"metadata", {{"namespace", "team-a"}, {"resourceVersion", "5"}}},
      {"spec", {{"stage3", {{"image", "h.example/s:1"}}}, {"portage", {{"snapshot", {{"image", "h.example/t:1"}}}}}}},
      {"status", {{"cache", {{"usedBytes", 4096}, {"measuredTime", "2026-05-01T00:00:00Z"}}}}}};
  ASSERT_TRUE(stores.builders.apply(with_reason(builder, "glibc", "Available")));

  const std::string text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(staves_objects{kind="stavesimages"} 4)")) << text;
  EXPECT_TRUE(has_line(text, R"(staves_images{reason="Building"} 2)"));
  EXPECT_TRUE(has_line(text, R"(staves_images{reason="Queued"} 1)"));
  EXPECT_TRUE(has_line(text, R"(staves_builders{reason="Available"} 1)"));
  EXPECT_TRUE(has_line(text, R"(staves_builds_running{builder="team-a/glibc"} 2)"));
  EXPECT_TRUE(has_line(text, R"(staves_builds_queued{builder="team-a/glibc"} 1)"));
  EXPECT_TRUE(has_line(text, R"(staves_cache_used_bytes{builder="team-a/glibc"} 4096)"));
}

TEST(MetricsOfTheController, NumbersThatOthersKeepAreRead) {
  Metrics metrics;
  add_process_figures(metrics);
  double number = 1;
  metrics.read_counter("staves_lists_total", "Full lists", "kind",
                       [&] { return std::vector<Metrics::Series>{{.label = "jobs", .value = number}}; });
  number = 2;
  const std::string text = metrics.text();
  EXPECT_TRUE(has_line(text, R"(staves_lists_total{kind="jobs"} 2)"));
  EXPECT_NE(text.find("\nprocess_resident_memory_bytes "), std::string::npos);
}

}  // namespace
}  // namespace staves::operate
