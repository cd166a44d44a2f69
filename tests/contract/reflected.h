#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kube/reflector.h"
#include "kube/store.h"
#include "nlohmann/json.hpp"

namespace staves::contract {

/// What these tests keep of an object.
struct Value {
  std::string name;
  std::string value;
};

/// The value of a ConfigMap.
inline base::Result<Value> parse_value(const base::Json& object) {
  return Value{object.at("metadata").at("name"), object.at("data").at("value")};
}

/// A store that a reflector fills on a thread of its own, and what it told of changes.
class Reflected {
 public:
  Reflected(kube::Cluster& cluster, kube::ReflectorOptions options, kube::Store<Value>::Parse parse = parse_value)
      : store_(std::move(parse)), reflector_(std::move(options), cluster, store_, clock_) {
    store_.on_change([this](const auto& before, const auto& after) {
      const std::lock_guard lock(mutex_);
      if (before == nullptr)
        changes_.push_back("+" + after->value);
      else if (after == nullptr)
        changes_.push_back("-" + before->value);
      else
        changes_.push_back(before->value + ">" + after->value);
      changed_.notify_all();
    });
    thread_ = std::jthread([this](std::stop_token stop) { reflector_.run(stop); });
  }

  kube::Store<Value>& store() { return store_; }
  kube::ReflectorCounts counts() const { return reflector_.counts(); }
  /// At most 20 s.
  bool wait_until_synced() {
    std::stop_source patience;
    const auto end = kube::real_ticker()(std::chrono::seconds(20), [&] { patience.request_stop(); });
    return store_.wait_until_synced(patience.get_token());
  }

  /// Waits for so many changes, at most 20 s, and gives them.
  std::vector<std::string> changes(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return changes_.size() >= count; });
    return changes_;
  }

 private:
  base::SystemClock clock_;
  kube::Store<Value> store_;
  kube::Reflector reflector_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> changes_;
  std::jthread thread_;
};

}  // namespace staves::contract
