#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace staves::oci {

/// Measures the parts of a step one after the other.
class Stopwatch {
 public:
  explicit Stopwatch(std::vector<std::pair<std::string, double>>& parts) : parts_(parts) {}

  /// Notes the seconds since the last part ended under `name`.
  void lap(std::string name) {
    const auto now = std::chrono::steady_clock::now();
    parts_.emplace_back(std::move(name), std::chrono::duration<double>(now - last_).count());
    last_ = now;
  }

 private:
  std::vector<std::pair<std::string, double>>& parts_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace staves::oci
