#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kube/elector.h"
#include "nlohmann/json.hpp"
#include "tests/support/fake_cluster.h"
#include "tests/support/manual_clock.h"

namespace staves::kube {

inline const ObjectKey& lease_key() {
  static const ObjectKey key{"staves-system", "staves-controller"};
  return key;
}

/// What becomes of one request on its way.
enum class Way { Fine, QuestionLost, AnswerLost };

/// One candidate's connection to the cluster: tests do things while a request is on its way, and lose some.
class Line final : public Cluster {
 public:
  explicit Line(test::FakeCluster& server) : server_(server) {}

  std::function<void()> before = [] {};  ///< a request has been sent
  std::function<void()> after = [] {};   ///< and carried out
  std::deque<Way> ways;                  ///< of the next requests; fine when it is empty
  std::vector<std::string> sent;         ///< verbs
  std::function<Done(const WatchQuery& query, const OnWatchEvent& on_event, const std::stop_token& stop)>
      on_watch;  ///< empty: the server's

  Result<base::Json> get(const ResourceType& type, const ObjectKey& key, std::stop_token stop) override {
    return travel("get", stop, [&] { return server_.get(type, key, {}); });
  }
  Result<base::Json> create(const ResourceType& type, const std::string& name_space, const std::string& body,
                            std::stop_token stop) override {
    return travel("create", stop, [&] { return server_.create(type, name_space, body, {}); });
  }
  Result<base::Json> patch(const ResourceType& type, const ObjectKey& key, const Patch& patch,
                           std::stop_token stop) override {
    return travel("patch", stop, [&] { return server_.patch(type, key, patch, {}); });
  }
  Done remove(const ResourceType&, const ObjectKey&, const Removal&, std::stop_token) override { return {}; }
  Result<ListPage> list(const ResourceType&, const ListQuery&, const OnItem&, std::stop_token) override { return {}; }
  Done watch(const ResourceType& type, const WatchQuery& query, const OnWatchEvent& on_event,
             std::stop_token stop) override {
    sent.emplace_back("watch");
    return on_watch ? on_watch(query, on_event, stop) : server_.watch(type, query, on_event, stop);
  }
  Result<std::string> log_tail(const LogTail&, std::stop_token) override { return {}; }
  Done log(const LogQuery&, const std::function<bool(std::string_view)>&, std::stop_token) override { return {}; }

 private:
  Result<base::Json> travel(const char* verb, const std::stop_token& stop,
                            const std::function<Result<base::Json>()>& carry_out) {
    sent.emplace_back(verb);
    Way way = Way::Fine;
    if (!ways.empty()) {
      way = ways.front();
      ways.pop_front();
    }
    before();
    if (way == Way::QuestionLost) return base::fail("ConnectFailed", "lost", base::Retry::soon());
    if (stop.stop_requested()) return base::fail("Cancelled", "given up", base::Retry::never());
    auto answer = carry_out();
    after();
    if (way == Way::AnswerLost) return base::fail("ConnectionLost", "lost", base::Retry::soon());
    return answer;
  }

  test::FakeCluster& server_;
};

/// One process that wants to lead.
struct Candidate {
  Candidate(const std::string& identity, test::FakeCluster& server, const std::shared_ptr<test::ManualClock>& clock)
      : line(server),
        elector({.lease = lease_key(), .identity = identity, .terms = {}, .on_lost = [this] { ++losses; }}, line, clock,
                real_sleep(), [] { return 0.5; }) {}
  Line line;
  int losses = 0;
  Elector elector;
};

/// Two processes that want to lead, on one server and one clock.
class AnElector : public testing::Test {
 protected:
  base::Json lease() const { return server_.object(lease_type(), lease_key()); }
  LeaseRecord record() const { return parse_lease(lease()); }
  void pass(std::chrono::milliseconds time) {
    clock_->advance(time);
    for (Candidate* one : {&a_, &b_}) one->elector.keep_time();
  }
  /// Both try every two seconds.
  void both_try_for(std::chrono::seconds time) {
    for (auto left = time; left > std::chrono::seconds(0); left -= std::chrono::seconds(2)) {
      a_.elector.attempt();
      b_.elector.attempt();
      pass(std::chrono::seconds(2));
    }
  }

  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  test::FakeCluster server_{clock_};
  Candidate a_{"a", server_, clock_};
  Candidate b_{"b", server_, clock_};
};

}  // namespace staves::kube
