#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "tests/support/fault_proxy/call.h"

namespace staves::test {

/// How often each verb met each resource ("list configmaps"), and how many connections came. Thread-safe.
class Counters {
 public:
  void count(const Call& call) {
    const std::lock_guard lock(mutex_);
    ++calls_[call.verb + " " + call.resource];
    if (call.writes()) ++writes_;
  }
  void connected() {
    const std::lock_guard lock(mutex_);
    ++connections_;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
    writes_ = 0;
    connections_ = 0;
  }
  std::map<std::string, std::uint64_t> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::uint64_t writes() const {
    const std::lock_guard lock(mutex_);
    return writes_;
  }
  std::uint64_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> calls_;
  std::uint64_t writes_ = 0;
  std::uint64_t connections_ = 0;
};

}  // namespace staves::test
