#include "kube/elector.h"

#include "base/log.h"
#include "kube/object_sink.h"
#include "kube/time_limit.h"
#include "nlohmann/json.hpp"

namespace staves::kube {

namespace {

constexpr std::string_view overdue = "it could not be renewed in time";
constexpr int farewells = 3;
/// A watch that tells of no renewal for so long is not relied on, whatever the lease says of its duration.
constexpr std::chrono::seconds longest_rest{30};
constexpr std::chrono::seconds longest_watch{300};
/// A Role from before may not allow the watch; an upgrade brings the right some time.
constexpr std::chrono::minutes until_allowed{5};

/// Another one wrote first: that is how an election goes.
bool is_lost_race(const Error& error) {
  return error.code == "Conflict" || error.code == "AlreadyExists" || error.code == "NotFound";
}

}  // namespace

Elector::Elector(ElectorOptions options, Cluster& cluster, std::shared_ptr<const base::Clock> clock, Sleep sleep,
                 Random random)
    : options_(std::move(options)),
      cluster_(cluster),
      clock_(std::move(clock)),
      sleep_(std::move(sleep)),
      random_(std::move(random)),
      election_(options_.identity, options_.terms),
      alarms_(clock_),
      last_attempt_(clock_->steady_now()) {}

void Elector::run(const std::stop_token& stop) {
  while (!stop.stop_requested() && !has(Role::Lost)) {
    const auto pause = attempt();
    if (await_turn(stop)) continue;
    if (!sleep_(pause, stop)) return;
  }
}

std::chrono::milliseconds Elector::attempt() {
  if (const Done done = campaign(); !done && !is_lost_race(done.error())) {
    base::log_warning(
        "the lease cannot be had",
        {{"lease", to_text(options_.lease)}, {"code", done.error().code}, {"error", done.error().message}});
  }
  if (is_overdue()) lose(overdue);
  last_attempt_ = clock_->steady_now();
  const std::chrono::milliseconds pause = options_.terms.retry;
  if (has(Role::Leads)) return pause;
  const std::string& holder = election_.record().holder;
  if (!election_.is_ours() && std::exchange(told_holder_, holder) != holder) {
    base::log_info("waits for the lease", {{"lease", to_text(options_.lease)}, {"holder", holder}});
  }
  const double share = options_.terms.jitter * random_();
  return pause + std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(pause.count()) * share));
}

bool Elector::await_turn(const std::stop_token& stop) {
  const Moment began = clock_->steady_now();
  const bool may_watch = began >= no_watch_before_ && !election_.resource_version().empty();
  if (!has(Role::Waits) || !may_watch || !election_.is_held_by_other(began)) return false;
  TimeLimit limit(alarms_, next_look(), stop);
  const WatchQuery query{.name_space = options_.lease.name_space,
                         .label_selector = {},
                         .field_selector = "metadata.name=" + options_.lease.name,
                         .resource_version = election_.resource_version(),
                         .timeout = longest_watch,
                         .initial_events = false,
                         .metadata_only = false};
  const auto on_event = [&](WatchEventType type, const Json& lease) {
    last_attempt_ = clock_->steady_now();
    if (type == WatchEventType::Bookmark) return true;
    if (!follow(type, lease)) return false;
    limit.move(next_look());
    return election_.is_held_by_other(clock_->steady_now());
  };
  const Done ended = cluster_.watch(lease_type(), query, on_event, limit.token());
  if (stop.stop_requested()) return false;
  const Moment now = clock_->steady_now();
  if (limit.is_over() || !election_.is_held_by_other(now)) return true;
  if (!ended) note_refused_watch(ended.error());
  // One that the server ends at once would be begun in a tight loop.
  return ended && now - began >= options_.terms.retry;
}

/// Whether what a watch tells of the lease can be read.
bool Elector::follow(WatchEventType type, const Json& lease) {
  if (type == WatchEventType::Unreadable) return false;
  if (type != WatchEventType::Deleted) return see(lease).has_value();
  election_.see_none();
  return true;
}

/// Those who wait do not all come at once for a lease whose holder is gone.
Elector::Moment Elector::next_look() {
  const Moment due = std::min(election_.held_until(), clock_->steady_now() + longest_rest);
  const auto pause = static_cast<double>(options_.terms.retry.count());
  return due + std::chrono::milliseconds(static_cast<std::int64_t>(pause * random_()));
}

void Elector::note_refused_watch(const Error& error) {
  const bool is_soon = error.retry.what == base::RetryClass::Soon || error.retry.what == base::RetryClass::After;
  // A write that is forbidden is soon tried again, because quotas and rights change. A watch is not worth that.
  const bool may_pass = is_soon && error.code != "Forbidden";
  if (may_pass) return;
  no_watch_before_ = clock_->steady_now() + until_allowed;
  base::log_info("the lease cannot be watched and is looked at now and then",
                 {{"lease", to_text(options_.lease)}, {"code", error.code}, {"error", error.message}});
}

Done Elector::campaign() {
  if (has(Role::Leads)) {
    // Nobody else may write it, so that what was seen last is what there is.
    Done renewed = bid(request_ends());
    if (renewed || !is_lost_race(renewed.error())) return renewed;
  }
  if (has(Role::Lost) || has(Role::Left)) return {};
  TRY(look(request_ends()));
  if (has(Role::Leads) && election_.is_held_by_other(clock_->steady_now())) {
    lose("somebody else holds it");
    return {};
  }
  return bid(request_ends());
}

Done Elector::look(Moment ends) {
  const TimeLimit limit(alarms_, ends, {});
  const auto lease = cluster_.get(lease_type(), options_.lease, limit.token());
  if (lease) return see(*lease);
  if (lease.error().code != "NotFound") return base::fail(lease.error());
  election_.see_none();
  return {};
}

Done Elector::bid(Moment ends) {
  // What the server says reaches us later than it became true: our time begins with the question.
  const Moment began = clock_->steady_now();
  const auto wanted = election_.bid(began, clock_->now());
  if (!wanted) return {};
  has_bid_ = true;
  TRY(write(*wanted, ends));
  if (election_.is_ours()) hold_since(began);
  return {};
}

Done Elector::write(const LeaseRecord& record, Moment ends) {
  const TimeLimit limit(alarms_, ends, {});
  const std::string& version = election_.resource_version();
  const auto lease =
      version.empty()
          ? cluster_.create(lease_type(), options_.lease.name_space, lease_body(options_.lease, record), limit.token())
          : cluster_.patch(lease_type(), options_.lease,
                           {.type = PatchType::Merge, .body = lease_patch(record, version)}, limit.token());
  if (!lease) return base::fail(lease.error());
  return see(*lease);
}

Done Elector::see(const Json& lease) {
  TRY_ASSIGN(auto identity, identity_of(lease));
  election_.see(parse_lease(lease), std::move(identity.resource_version), clock_->steady_now());
  return {};
}

void Elector::hold_since(Moment began) {
  if (is_overdue()) return lose(overdue);
  const Moment until = began + options_.terms.renew_deadline;
  {
    const std::lock_guard lock(mutex_);
    if (role_ == Role::Leads) leads_until_ = until;
    // An answer that took too long says what is no longer true.
    if (role_ != Role::Waits || clock_->steady_now() >= until) return;
    role_ = Role::Leads;
    leads_until_ = until;
    role_changed_.notify_all();
  }
  alarms_.set(until, [this] { watch_deadline(); });
  base::log_info("leads", {{"lease", to_text(options_.lease)}, {"identity", options_.identity}});
}

bool Elector::is_overdue() const {
  const std::lock_guard lock(mutex_);
  return role_ == Role::Leads && clock_->steady_now() >= leads_until_;
}

void Elector::watch_deadline() {
  if (is_overdue()) return lose(overdue);
  const std::lock_guard lock(mutex_);
  if (role_ == Role::Leads) alarms_.set(leads_until_, [this] { watch_deadline(); });
}

void Elector::lose(std::string_view why) {
  {
    const std::lock_guard lock(mutex_);
    if (role_ != Role::Leads) return;
    role_ = Role::Lost;
    role_changed_.notify_all();
  }
  base::log_error("the lease is lost", {{"lease", to_text(options_.lease)}, {"why", std::string(why)}});
  if (options_.on_lost) options_.on_lost();
}

bool Elector::leads() const {
  const std::lock_guard lock(mutex_);
  return role_ == Role::Leads && clock_->steady_now() < leads_until_;
}

bool Elector::wait_until_leading(const std::stop_token& stop) const {
  std::unique_lock lock(mutex_);
  role_changed_.wait(lock, stop, [this] { return role_ != Role::Waits; });
  return role_ == Role::Leads;
}

bool Elector::has(Role role) const {
  const std::lock_guard lock(mutex_);
  return role_ == role;
}

Elector::Moment Elector::request_ends() const {
  const Moment ends = clock_->steady_now() + options_.terms.request_deadline;
  const std::lock_guard lock(mutex_);
  return role_ == Role::Leads ? std::min(ends, leads_until_) : ends;
}

void Elector::release() {
  {
    const std::lock_guard lock(mutex_);
    if (role_ == Role::Lost) return;
    role_ = Role::Left;
    role_changed_.notify_all();
  }
  if (!has_bid_) return;
  const Done done = say_farewell(clock_->steady_now() + options_.terms.request_deadline);
  if (done) return;
  base::log_warning("the lease could not be given back: others wait until it is over",
                    {{"lease", to_text(options_.lease)}, {"code", done.error().code}, {"error", done.error().message}});
}

Done Elector::say_farewell(Moment ends) {
  Done left;
  for (int i = 0; i < farewells; ++i) {
    // An answer may have been lost: what is ours is known only by looking.
    TRY(look(ends));
    if (!election_.is_ours() || election_.resource_version().empty()) return {};
    left = write(election_.farewell(clock_->now()), ends);
    if (left || !is_lost_race(left.error())) break;
  }
  return left;
}

}  // namespace staves::kube
