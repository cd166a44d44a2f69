#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "tests/support/fault_proxy/rule.h"

namespace staves::test {

/// The rules that hold now, and how often they met a call. The same seed and the same order of calls give the same
/// faults. Thread-safe.
class RuleBook {
 public:
  explicit RuleBook(std::uint64_t seed) : seed_(seed) {}

  /// Counting begins anew.
  void replace(std::vector<Rule> rules);

  /// For faults that are decided call by call or event by event: counts this one, and gives the rule that hits it.
  std::optional<Rule> hit(Fault fault, const Call& call);
  /// For faults that stand: the rule, as long as it is there.
  std::optional<Rule> standing(Fault fault, const Call& call) const;
  /// Grows whenever the rules are replaced.
  std::uint64_t edition() const;
  /// How often each fault happened since the beginning.
  std::map<std::string, std::uint64_t> hits() const;
  /// A standing fault happened.
  void note(Fault fault);

 private:
  struct Kept {
    Rule rule;
    std::uint64_t met = 0;
    std::uint64_t struck = 0;
  };
  bool strikes(Kept& kept, std::size_t place) const;

  const std::uint64_t seed_;
  mutable std::mutex mutex_;
  std::vector<Kept> rules_;
  std::uint64_t edition_ = 0;
  std::map<std::string, std::uint64_t> hits_;
};

}  // namespace staves::test
