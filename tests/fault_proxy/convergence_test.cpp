#include <condition_variable>
#include <cstdlib>
#include <random>

#include "gtest/gtest.h"
#include "kube/connection.h"
#include "kube/http_cluster.h"
#include "kube/kubeconfig.h"
#include "kube/reflector.h"
#include "kube/store.h"
#include "nlohmann/json.hpp"
#include "tests/support/fault_proxy/fault_proxy.h"
#include "tests/support/temporary_directory.h"

namespace staves::test {

namespace {

using base::Json;
using namespace std::chrono_literals;

const kube::ResourceType namespaces{"", "v1", "namespaces", "Namespace"};
const kube::ResourceType config_maps{"", "v1", "configmaps", "ConfigMap"};

std::shared_ptr<const base::Clock> real_clock() {
  static const auto clock = std::make_shared<base::SystemClock>();
  return clock;
}

std::unique_ptr<kube::Cluster> cluster_of(kube::Connection connection) {
  auto cluster = kube::make_http_cluster(
      {.connection = std::move(connection), .field_manager = "fault-proxy-test", .deadline = 5s, .patience = 5s});
  EXPECT_TRUE(cluster) << cluster.error().message;
  return cluster ? *std::move(cluster) : nullptr;
}

/// The cluster of KUBECONFIG, with a namespace for this run.
class RealCluster : public testing::Environment {
 public:
  void SetUp() override {
    base::prepare_http(4);
    auto found = kube::find_connection({.environment = kube::process_environment()}, real_clock());
    ASSERT_TRUE(found) << "this test needs a cluster in KUBECONFIG: " << found.error().message;
    connection_ = *std::move(found);
    cluster_ = cluster_of(connection_);
    name_space_ = "fault-proxy-" + std::to_string(std::random_device()());
    const Json body{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_space_}}}};
    const auto made = cluster_->create(namespaces, "", body.dump());
    ASSERT_TRUE(made) << made.error().message;
  }
  void TearDown() override {
    if (!cluster_) return;
    EXPECT_TRUE(cluster_->remove(namespaces, {"", name_space_}, {}));
    cluster_.reset();
  }

  kube::Cluster& cluster() { return *cluster_; }
  const std::string& name_space() const { return name_space_; }
  std::unique_ptr<FaultProxy> start_proxy(const std::filesystem::path& directory) const {
    FaultProxyOptions options{.server = connection_.server, .directory = directory};
    options.access = *connection_.credentials->current({}).value();
    auto proxy = FaultProxy::start(options);
    EXPECT_TRUE(proxy) << proxy.error().message;
    return proxy ? *std::move(proxy) : nullptr;
  }

 private:
  kube::Connection connection_;
  std::unique_ptr<kube::Cluster> cluster_;
  std::string name_space_;
};

RealCluster& real() {
  static auto* environment = static_cast<RealCluster*>(testing::AddGlobalTestEnvironment(new RealCluster));
  return *environment;
}
const RealCluster& registered = real();

/// What is compared of an object.
struct Seen {
  std::string name;
  std::string uid;
  std::string version;
  std::string value;
  friend auto operator<=>(const Seen&, const Seen&) = default;
};

base::Result<Seen> read_seen(const Json& object) {
  const Json& metadata = object.at("metadata");
  return Seen{metadata.at("name"), metadata.at("uid"), metadata.at("resourceVersion"),
              object.value("data", Json::object()).value("value", "")};
}

struct Trial {
  std::string name;
  const char* rules;
  bool lift = false;     ///< converges only once the rules are gone
  bool streams = false;  ///< lists come as streams
};

void PrintTo(const Trial& trial, std::ostream* out) {
  *out << trial.name;
}

/// A reflector that sees one case's ConfigMaps through a proxy.
class Convergence : public testing::TestWithParam<Trial> {
 protected:
  void SetUp() override {
    proxy_ = real().start_proxy(directory_.path());
    auto connection = kube::connect_by_kubeconfig({proxy_->kubeconfig()}, "", {}, real_clock());
    ASSERT_TRUE(connection) << connection.error().message;
    through_ = cluster_of(*std::move(connection));
    store_.on_change([this](const auto&, const auto&) { changed_.notify_all(); });
    reflector_.emplace(kube::ReflectorOptions{.type = config_maps,
                                              .name_space = real().name_space(),
                                              .label_selector = selector(),
                                              .stream_lists = GetParam().streams,
                                              .page = 3,
                                              .shortest_watch = 1s,
                                              .longest_watch = 2s,
                                              .backoff = {.first = 20ms, .cap = 200ms}},
                       *through_, store_, *real_clock());
    worker_ = std::jthread([this](const std::stop_token& stop) { reflector_->run(stop); });
  }
  void TearDown() override {
    worker_ = {};
    through_.reset();
  }

  std::string selector() const { return "case=" + GetParam().name; }
  std::string body(const std::string& name, int value) const {
    return Json{{"apiVersion", "v1"},
                {"kind", "ConfigMap"},
                {"metadata", {{"name", name}, {"labels", {{"case", GetParam().name}}}}},
                {"data", {{"value", std::to_string(value)}, {"padding", std::string(200, 'x')}}}}
        .dump();
  }

  /// Creates, changes and deletes, straight at the real server.
  void churn() {
    kube::Cluster& cluster = real().cluster();
    for (int round = 0; round < 6; ++round) {
      for (int i = 0; i < 5; ++i) {
        const std::string name = GetParam().name + "-" + std::to_string(i);
        const kube::ObjectKey key{real().name_space(), name};
        if ((round + i) % 3 == 2) {
          const auto gone = cluster.remove(config_maps, key, {});
          EXPECT_TRUE(gone || gone.error().code == "NotFound") << gone.error().message;
        } else {
          const auto made = cluster.patch(config_maps, key, {kube::PatchType::Apply, body(name, round)});
          EXPECT_TRUE(made) << made.error().message;
        }
      }
      // The pace of the work, so that every fault has its time.
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, 250ms, [] { return false; });
    }
  }

  std::vector<Seen> truth() const {
    std::vector<Seen> all;
    const auto page =
        real().cluster().list(config_maps, {.name_space = real().name_space(), .label_selector = selector()},
                              [&](const Json& item) { all.push_back(read_seen(item).value()); });
    EXPECT_TRUE(page) << page.error().message;
    std::ranges::sort(all);
    return all;
  }
  std::vector<Seen> view() const {
    std::vector<Seen> all;
    for (const auto& object : store_.list()) all.push_back(*object);
    return all;
  }
  bool converges(std::chrono::seconds patience) {
    const auto wanted = truth();
    const auto until = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(mutex_);
    while (view() != wanted && std::chrono::steady_clock::now() < until) changed_.wait_for(lock, 50ms);
    return view() == wanted;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<FaultProxy> proxy_;
  std::unique_ptr<kube::Cluster> through_;
  kube::Store<Seen> store_{read_seen};
  std::optional<kube::Reflector> reflector_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::jthread worker_;
};

TEST_P(Convergence, TheStoreBecomesWhatTheServerHas) {
  ASSERT_TRUE(proxy_->put_rules(GetParam().rules));
  churn();
  if (GetParam().lift) {
    ASSERT_TRUE(proxy_->put_rules(std::vector<Rule>()));
  }
  const auto began = std::chrono::steady_clock::now();
  const bool converged = converges(30s);
  RecordProperty("seconds_to_converge",
                 std::to_string(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()));
  EXPECT_TRUE(converged) << testing::PrintToString(view().size()) << " seen, " << truth().size() << " are there";
  EXPECT_FALSE(truth().empty());
  const auto rules = parse_rules(GetParam().rules).value();
  for (const Rule& rule : rules) {
    if (rule.fault == Fault::FreezeWatch || rule.chance < 1) continue;
    EXPECT_GT(proxy_->book().hits()[std::string(name_of(rule.fault))], 0U);
  }
  EXPECT_EQ(reflector_->counts().skipped, 0U);
}

const Trial trials[] = {
    {"none", R"({"rules": []})"},
    {"drop-watch", R"({"rules": [{"fault": "dropWatch", "ms": 150}]})"},
    {"half-open-watch", R"({"rules": [{"fault": "swallow", "verbs": ["watch"], "bytes": 900, "times": 1}]})"},
    {"swallowed-list", R"({"rules": [{"fault": "swallow", "verbs": ["list"], "times": 1}]})"},
    {"slow-body", R"({"rules": [{"fault": "slowBody", "bytes": 3000}]})"},
    {"truncated-watch", R"({"rules": [{"fault": "truncate", "verbs": ["watch"], "bytes": 1500}]})"},
    {"cleanly-truncated-watch",
     R"({"rules": [{"fault": "truncate", "verbs": ["watch"], "bytes": 1500, "clean": true}]})"},
    {"truncated-list", R"({"rules": [{"fault": "truncate", "verbs": ["list"], "times": 3}]})"},
    {"cleanly-truncated-list", R"({"rules": [{"fault": "truncate", "verbs": ["list"], "clean": true, "times": 3}]})"},
    {"expired-in-stream", R"({"rules": [{"fault": "expireWatch", "every": 4}]})"},
    {"expired-by-status", R"({"rules": [{"fault": "status", "status": 410, "verbs": ["watch"], "every": 2}]})"},
    {"expired-between-pages",
     R"({"rules": [{"fault": "expireWatch", "every": 3}, {"fault": "status", "status": 410, "verbs": ["list"], "every": 2}]})"},
    {"too-many-requests", R"({"rules": [{"fault": "status", "status": 429, "retryAfter": 1, "times": 3}]})"},
    {"internal-error", R"({"rules": [{"fault": "status", "status": 500, "chance": 0.5}]})"},
    {"unavailable", R"({"rules": [{"fault": "status", "status": 503, "chance": 0.5}]})"},
    {"timeout", R"({"rules": [{"fault": "status", "status": 504, "chance": 0.5}]})"},
    {"lost-reply", R"({"rules": [{"fault": "loseReply", "every": 2}, {"fault": "expireWatch", "every": 5}]})"},
    {"duplicate-reply", R"({"rules": [{"fault": "duplicateReply"}, {"fault": "expireWatch", "every": 4}]})"},
    {"duplicate-event", R"({"rules": [{"fault": "duplicateEvent", "every": 2}]})"},
    {"delayed-list", R"({"rules": [{"fault": "delay", "verbs": ["list"], "ms": 700, "when": "after"}]})"},
    {"new-token", R"({"rules": [{"fault": "unauthorized", "ms": 700}, {"fault": "dropWatch", "ms": 200}]})"},
    {"idle-reset", R"({"rules": [{"fault": "resetIdle", "ms": 30}, {"fault": "expireWatch", "every": 3}]})"},
    {"new-authority", R"({"rules": [{"fault": "swapCa", "ms": 1000}]})", true},
    {"frozen-watch", R"({"rules": [{"fault": "freezeWatch"}]})", true},
    {"lag",
     R"({"rules": [{"fault": "lag"}, {"fault": "dropWatch", "ms": 300}, {"fault": "status", "status": 410, "verbs": ["watch"], "every": 2}]})",
     true},
    {"skipped-events", R"({"rules": [{"fault": "skipEvent", "chance": 0.4}, {"fault": "expireWatch", "every": 7}]})"},
    {"all-at-once",
     R"({"rules": [{"fault": "status", "status": 503, "chance": 0.2}, {"fault": "dropWatch", "ms": 100},
        {"fault": "truncate", "chance": 0.2}, {"fault": "expireWatch", "chance": 0.1}, {"fault": "loseReply", "chance": 0.2},
        {"fault": "duplicateEvent", "chance": 0.3}]})"},
};

/// Each fault with pages, and with streams where it means something: what happens to lists does not happen to streams,
/// and an event that is left out of a stream's beginning looks like an object that is gone.
std::vector<Trial> with_pages_and_with_streams() {
  std::vector<Trial> all;
  for (Trial trial : trials) {
    const std::string_view rules = trial.rules;
    const bool is_of_lists = rules.contains("\"list\"") || rules.contains("skipEvent");
    all.push_back(trial);
    trial.name += "-streamed";
    trial.streams = true;
    if (!is_of_lists) all.push_back(std::move(trial));
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Under, Convergence, testing::ValuesIn(with_pages_and_with_streams()), [](const auto& trial) {
  std::string name;
  for (const char c : std::string_view(trial.param.name)) name += c == '-' ? '_' : c;
  return name;
});

}  // namespace

}  // namespace staves::test
