// The pages of the whole controller, as probes and Prometheus see them.
#include "nlohmann/json.hpp"
#include "operate/stores.h"
#include "tests/support/ending_watches.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/operate/controller_parts.h"
#include "tests/unit/operate/page_client.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;

/// So many ports of this machine that nobody listens on.
std::vector<int> free_ports(int count) {
  std::vector<base::Descriptor> sockets;
  std::vector<int> ports;
  for (int i = 0; i < count; ++i) {
    sockets.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    socklen_t length = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(sockets.back().number(), reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(::getsockname(sockets.back().number(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    ports.push_back(ntohs(address.sin_port));
  }
  return ports;
}

/// A cluster that does not answer its first question before it may.
class SlowToAnswer final : public test::FakeCluster {
 public:
  using FakeCluster::FakeCluster;
  base::Result<base::Json> get(const kube::ResourceType& type, const kube::ObjectKey& key,
                               std::stop_token stop) override {
    if (!was_asked.exchange(true)) may_answer.get_future().wait();
    return FakeCluster::get(type, key, std::move(stop));
  }
  std::atomic<bool> was_asked{false};
  std::promise<void> may_answer;
};

class ControllerPages : public testing::Test {
 protected:
  /// It serves its pages before it asks for lists.
  void start(const std::optional<Candidacy>& candidacy = {}) {
    ControllerParts parts = parts_on(cluster_, metrics_, clock_);
    if (candidacy) parts.candidacy.emplace(*candidacy);
    parts.options.metrics_address = "127.0.0.1:" + std::to_string(ports_[0]);
    parts.options.health_address = "127.0.0.1:" + std::to_string(ports_[1]);
    controller_.emplace(std::move(parts));
    ASSERT_TRUE(becomes([&] {
      return std::ranges::all_of(watched_kinds, [&](const auto& kind) { return cluster_.watches(kind) > 0; });
    }));
  }
  std::string health(const std::string& path) const { return page(ports_[1], path); }
  std::string figures() const { return page(ports_[0], "/metrics"); }
  bool is_alive() const { return health("/healthz").starts_with("200 "); }
  bool is_ready() const { return health("/readyz").starts_with("200 "); }

  std::shared_ptr<test::ManualClock> clock_ = std::make_shared<test::ManualClock>();
  test::EndingWatches cluster_{clock_};
  SlowToAnswer leases_{clock_};

 private:
  /// From the status on.
  static std::string page(int port, const std::string& path) {
    const std::string answer = ask(port, "GET " + path + " HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 ")) << answer;
    return answer.substr(std::min<std::size_t>(answer.size(), 9));
  }

  std::vector<int> ports_ = free_ports(2);
  Metrics metrics_;
  std::optional<ControllerThread> controller_;
};

TEST_F(ControllerPages, AreServedBeforeTheFirstListsAreInAndSayWhenTheyAre) {
  cluster_.refuse_lists(true);
  start();
  ASSERT_TRUE(becomes([&] { return figures().contains("staves_watch_failures_total{kind=\"jobs\"} 1"); }));
  EXPECT_TRUE(is_alive()) << "a server that gives no lists is no reason for a restart";
  EXPECT_TRUE(health("/readyz").starts_with("503 ")) << health("/readyz");
  EXPECT_TRUE(figures().starts_with("200 "));
  EXPECT_TRUE(figures().contains("staves_lists_total{kind=\"jobs\"} 0"));
  cluster_.refuse_lists(false);
  EXPECT_TRUE(becomes([&] { return is_ready(); }));
  EXPECT_TRUE(is_alive());
  EXPECT_TRUE(becomes([&] { return figures().contains("staves_lists_total{kind=\"jobs\"} 1"); }));
}

TEST_F(ControllerPages, SayThatAWatchHangsUntilItDoesNoMore) {
  start();
  ASSERT_TRUE(becomes([&] { return is_ready(); }));
  clock_->advance(15min - 1s);
  EXPECT_TRUE(is_alive());
  clock_->advance(1s);
  EXPECT_TRUE(health("/healthz").starts_with("503 ")) << health("/healthz");
  EXPECT_TRUE(is_ready()) << "what was seen is not forgotten";
  const auto begin_anew = [&](const std::string& kind) {
    cluster_.end_watch(kind);
    ASSERT_TRUE(becomes([&] { return cluster_.watches(kind) == 2; }));
  };
  for (const std::string& kind : watched_kinds) {
    EXPECT_FALSE(is_alive()) << kind << " hangs";
    begin_anew(kind);
  }
  EXPECT_TRUE(is_alive());
}

TEST_F(ControllerPages, SayThatTheElectionHangsUntilItDoesNoMore) {
  start(Candidacy{leases_, {.lease = {"staves-system", "staves-controller"}, .identity = "test", .on_lost = [] {}}});
  EXPECT_TRUE(becomes([&] { return leases_.was_asked.load(); }));
  clock_->advance(1min);
  EXPECT_TRUE(is_alive());
  clock_->advance(1s);
  EXPECT_TRUE(becomes([&] { return !is_alive(); }));
  EXPECT_TRUE(is_ready()) << "it has seen the cluster";
  leases_.may_answer.set_value();
  EXPECT_TRUE(becomes([&] { return is_alive(); }));
}

}  // namespace
}  // namespace staves::operate
