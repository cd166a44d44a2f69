#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kube/reflector.h"
#include "tests/support/manual_clock.h"
#include "tests/support/scripted_cluster.h"

namespace staves::test {

using base::Json;
using kube::WatchEventType;
using namespace std::chrono_literals;
using Event = std::pair<WatchEventType, Json>;

inline Json object(const std::string& name, const std::string& version) {
  return {{"kind", "Thing"}, {"metadata", {{"name", name}, {"uid", "u-" + name}, {"resourceVersion", version}}}};
}

/// Notes what a reflector tells it: "begin", "stage a", "commit 5", "apply a", "erase a", "advance 9".
class NotingSink final : public kube::ObjectSink {
 public:
  void begin_replace() override { notes.emplace_back("begin"); }
  bool stage(const Json& thing) override { return note("stage", thing); }
  bool unstage(const Json& thing) override { return note("unstage", thing); }
  std::vector<kube::ObjectKey> missing() const override { return {}; }
  void keep(const kube::ObjectKey& key) override { notes.push_back("keep " + key.name); }
  void commit_replace(const std::string& version) override { notes.push_back("commit " + version); }
  bool apply(const Json& thing) override { return note("apply", thing); }
  bool erase(const Json& thing) override { return note("erase", thing); }
  void advance(const std::string& version) override { notes.push_back("advance " + version); }
  std::vector<std::string> notes;

 private:
  bool note(const std::string& verb, const Json& thing) {
    const auto identity = kube::identity_of(thing);
    if (thing.contains("bomb")) throw std::runtime_error("nobody thought of this");
    if (!identity || thing.contains("poison")) return false;
    notes.push_back(verb + " " + identity->key.name);
    return true;
  }
};

/// The bookmark that ends what a stream tells of the past.
inline Event end_of_the_past(const std::string& version) {
  return {WatchEventType::Bookmark,
          {{"kind", "Thing"},
           {"metadata", {{"resourceVersion", version}, {"annotations", {{kube::initial_events_end, "true"}}}}}}};
}

/// A reflector with a script instead of a server; it runs until the script has ended.
struct ScriptedReflector {
  ScriptedReflector() {
    options.type = {"example.dev", "v1", "things", "Thing"};
    options.stream_lists = false;
    cluster.on_script_end = [this] { stop.request_stop(); };
  }

  void list(const std::string& version, std::vector<Json> items = {}, const std::string& next = "") {
    cluster.lists.push_back({kube::ListPage{version, next, 0}, std::move(items)});
  }
  void list_fails(const std::string& code, base::Retry retry = base::Retry::soon()) {
    cluster.lists.push_back({base::fail(code, "scripted", retry), {}});
  }
  void watch(std::vector<Event> events = {}, std::chrono::milliseconds lasts = 60s) {
    cluster.watches.push_back({{}, std::move(events), [this, lasts] { clock.advance(lasts); }});
  }
  void watch_fails(const std::string& code, std::vector<Event> events = {}, std::chrono::milliseconds lasts = 60s) {
    cluster.watches.push_back({base::fail(code, "scripted", base::Retry::soon()), std::move(events),
                               [this, lasts] { clock.advance(lasts); }});
  }

  kube::ReflectorCounts run() { return run(sink); }
  kube::ReflectorCounts run(kube::ObjectSink& into) {
    const kube::Sleep sleep = [this](std::chrono::milliseconds time, std::stop_token) {
      pauses.push_back(time);
      clock.advance(time);
      return true;
    };
    const kube::Ticker ticker = [this](std::chrono::milliseconds, std::function<void()> on_tick) {
      tick = std::move(on_tick);
      return std::shared_ptr<void>(nullptr, [this](void*) { tick = nullptr; });
    };
    kube::Reflector reflector(options, cluster, into, clock, sleep, [this] { return random; }, ticker);
    reflector.run(stop.get_token());
    return reflector.counts();
  }

  std::vector<std::string> watched_from() const {
    std::vector<std::string> versions;
    for (const auto& query : cluster.watch_queries) versions.push_back(query.resource_version);
    return versions;
  }
  /// "version/limit" of each list.
  std::vector<std::string> listed_from() const {
    std::vector<std::string> lists;
    for (const auto& query : cluster.list_queries) {
      lists.push_back(query.resource_version + "/" + std::to_string(query.limit));
    }
    return lists;
  }

  kube::ReflectorOptions options;
  double random = 0;
  std::function<void()> tick;  ///< a period passes; empty while nobody looks after a stream
  ManualClock clock;
  ScriptedCluster cluster;
  NotingSink sink;
  std::stop_source stop;
  std::vector<std::chrono::milliseconds> pauses;
};

}  // namespace staves::test
