#include "operate/tag_resolver.h"

#include <algorithm>

#include "base/log.h"
#include "operate/host_of.h"

namespace staves::operate {

namespace {

/// A tag that nobody has wanted for so long belongs to a builder that is gone.
constexpr std::chrono::seconds memory = std::chrono::hours(24 * 14);
// Fewer than there are threads.
constexpr int most_of_a_namespace = 2;

}  // namespace

TagResolver::TagResolver(ResolveTag resolve, std::shared_ptr<const base::Clock> clock, Wake wake)
    : resolve_(std::move(resolve)), clock_(std::move(clock)), wake_(std::move(wake)) {}

bool TagResolver::is_due(const Known& known, Moment now) {
  if (known.waiting) return false;
  if (!known.lookup.digest && !known.lookup.error) return true;
  const auto good_for =
      known.lookup.error ? std::min(known.question.refresh, known.question.after_error) : known.question.refresh;
  return now - known.asked >= good_for;
}

decide::TagLookup TagResolver::latest(const TagQuestion& question, const WorkKey& asker) {
  const std::lock_guard lock(mutex_);
  const Moment now = clock_->steady_now();
  const Key key{question.reference, question.route, question.since};
  const auto [entry, is_new] = known_.try_emplace(key);
  Known& known = entry->second;
  // Who comes back after long has a right to what is true now, not to what was when somebody else left.
  const bool is_stale = now - known.wanted > 2 * question.refresh;
  if (!is_new && is_stale && !known.waiting)
    known.lookup = {.reference = question.reference, .digest = {}, .error = {}};
  known.wanted = now;
  if (is_new) {
    known.lookup.reference = question.reference;
    forget_old(now);
  }
  known.question = question;
  known.askers.insert(to_text(asker));
  if (is_due(known, now)) {
    known.waiting = true;
    known.name_space = asker.object.name_space;
    known.asked = now;
    line_up(key);
  }
  return known.lookup;
}

void TagResolver::line_up(const Key& key) {
  const std::string host = host_of(std::get<0>(key));
  const auto [line, is_free] = due_.try_emplace(host);
  line->second.push_back(key);
  if (!is_free) return;
  free_.push_back(host);
  filled_.notify_one();
}

std::deque<std::string>::const_iterator TagResolver::next_host() const {
  return std::ranges::find_if(free_, [this](const std::string& host) {
    const auto busy = under_way_.find(known_.at(due_.at(host).front()).name_space);
    return busy == under_way_.end() || busy->second < most_of_a_namespace;
  });
}

bool TagResolver::work_once(const std::stop_token& stop) {
  std::string host;
  std::string name_space;
  Key key;
  TagQuestion question;
  {
    const std::lock_guard lock(mutex_);
    const auto next = next_host();
    if (next == free_.end()) return false;
    host = *next;
    free_.erase(next);
    std::deque<Key>& line = due_.at(host);
    key = std::move(line.front());
    line.pop_front();
    const Known& known = known_.at(key);
    question = known.question;
    name_space = known.name_space;
    ++under_way_[name_space];
  }
  auto answer = resolve_(question, stop);
  if (!answer) {
    base::log_warning(
        "a tag could not be looked up",
        {{"reference", question.reference}, {"code", answer.error().code}, {"error", answer.error().message}});
  }
  keep(key, std::move(answer));
  set_free(host, name_space);
  return true;
}

void TagResolver::set_free(const std::string& host, const std::string& name_space) {
  const std::lock_guard lock(mutex_);
  const auto busy = under_way_.find(name_space);
  if (--busy->second == 0) under_way_.erase(busy);
  // What waited for the namespace may be asked now.
  filled_.notify_one();
  const auto line = due_.find(host);
  if (line->second.empty()) {
    due_.erase(line);
    return;
  }
  free_.push_back(host);
  filled_.notify_one();
}

void TagResolver::keep(const Key& key, base::Result<std::string> answer) {
  std::set<std::string> askers;
  {
    const std::lock_guard lock(mutex_);
    Known& known = known_.at(key);
    known.waiting = false;
    const decide::TagLookup before = known.lookup;
    known.lookup.error.reset();
    if (answer) {
      known.lookup.digest = *std::move(answer);
    } else {
      known.lookup.error = std::move(answer).error();
    }
    // Whoever still wants to know asks again: one that is gone never would, and must not stay here.
    askers.swap(known.askers);
    if (known.lookup == before) return;
  }
  for (const std::string& asker : askers) {
    if (const auto woken = parse_work_key(asker)) wake_(*woken);
  }
}

void TagResolver::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (work_once(stop)) continue;
    std::unique_lock lock(mutex_);
    filled_.wait(lock, stop, [this] { return next_host() != free_.end(); });
  }
}

std::size_t TagResolver::size() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

void TagResolver::forget_old(Moment now) {
  std::erase_if(known_, [&](const auto& entry) {
    const Known& known = entry.second;
    // One image after the other has an entry, and none of them comes back.
    const auto kept = known.question.since.empty() ? memory : 2 * known.question.refresh;
    return !known.waiting && now - known.wanted > kept;
  });
}

}  // namespace staves::operate
