#include "tests/support/fault_proxy/rule_book.h"

#include <random>

namespace staves::test {

void RuleBook::replace(std::vector<Rule> rules) {
  const std::lock_guard lock(mutex_);
  rules_.clear();
  for (Rule& rule : rules) rules_.push_back({std::move(rule)});
  ++edition_;
}

bool RuleBook::strikes(Kept& kept, std::size_t place) const {
  const Rule& rule = kept.rule;
  ++kept.met;
  if (rule.on != 0 && kept.met != rule.on) return false;
  if (kept.met % rule.every != 0) return false;
  if (rule.times != 0 && kept.struck >= rule.times) return false;
  // Not one generator for all: another rule's calls must not change what this one does.
  std::seed_seq mixed{seed_, static_cast<std::uint64_t>(place), kept.met};
  std::minstd_rand dice(mixed);
  if (std::uniform_real_distribution<double>()(dice) >= rule.chance) return false;
  ++kept.struck;
  return true;
}

std::optional<Rule> RuleBook::hit(Fault fault, const Call& call) {
  const std::lock_guard lock(mutex_);
  std::optional<Rule> found;
  for (std::size_t place = 0; place < rules_.size(); ++place) {
    Kept& kept = rules_[place];
    if (kept.rule.fault != fault || !kept.rule.names(call)) continue;
    if (strikes(kept, place) && !found) found = kept.rule;
  }
  if (found) ++hits_[std::string(name_of(fault))];
  return found;
}

std::optional<Rule> RuleBook::standing(Fault fault, const Call& call) const {
  const std::lock_guard lock(mutex_);
  for (const Kept& kept : rules_) {
    if (kept.rule.fault == fault && kept.rule.names(call)) return kept.rule;
  }
  return std::nullopt;
}

std::uint64_t RuleBook::edition() const {
  const std::lock_guard lock(mutex_);
  return edition_;
}

std::map<std::string, std::uint64_t> RuleBook::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

void RuleBook::note(Fault fault) {
  const std::lock_guard lock(mutex_);
  ++hits_[std::string(name_of(fault))];
}

}  // namespace staves::test
