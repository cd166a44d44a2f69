#include "kube/reflector.h"

#include "base/log.h"
#include "kube/watch_errors.h"

namespace staves::kube {

namespace {

constexpr std::chrono::seconds very_short{1};
constexpr int patience_with_internal_errors = 5;
constexpr int patience_with_streams = 3;
/// However long we are asked to stay away: a maintenance page may say half an hour, and the server be back at once.
constexpr std::chrono::seconds longest_pause{60};

std::string version_in(const Json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return {};
  const auto version = metadata->find("resourceVersion");
  return version != metadata->end() && version->is_string() ? version->get<std::string>() : std::string();
}

bool is_of_another_kind(const Json& object, std::string_view kind) {
  const auto found = object.find("kind");
  return found != object.end() && *found != kind;
}

}  // namespace

Reflector::Reflector(ReflectorOptions options, Cluster& cluster, ObjectSink& sink, const base::Clock& clock,
                     Sleep sleep, Random random, Ticker ticker)
    : options_(std::move(options)),
      cluster_(cluster),
      sink_(sink),
      clock_(clock),
      sleep_(std::move(sleep)),
      random_(std::move(random)),
      backoff_(options_.backoff, clock, random_),
      ticker_(std::move(ticker)),
      full_list_(options_.type, scope(), cluster, sink),
      last_progress_(clock.steady_now()) {}

ReflectorCounts Reflector::counts() const {
  return {lists_, streamed_, watches_, events_, skipped_, failures_};
}

void Reflector::run(const std::stop_token& stop) {
  Next next = Next::List;
  while (!stop.stop_requested()) {
    next = next == Next::List ? list(stop) : watch(stop);
  }
}

Reflector::Next Reflector::list(const std::stop_token& stop) {
  note_progress();
  if (may_stream()) return stream(stop);
  Done listed = resource_version_.empty() ? list_newest(stop) : list_from(resource_version_, 0, stop);
  if (!listed && (server_forgot(listed.error()) || listed.error().code == "BodyTooLarge")) listed = list_newest(stop);
  if (listed) return Next::Watch;
  pause_after(listed.error(), "listing failed", stop);
  return Next::List;
}

Done Reflector::list_newest(const std::stop_token& stop) {
  Done listed = list_from("", options_.page, stop);
  // The pages' snapshot was compacted away between two of them: one page cannot lose it.
  if (!listed && server_forgot(listed.error())) listed = list_from("", 0, stop);
  return listed;
}

/// All objects that the sink is to have.
ListQuery Reflector::scope() const {
  ListQuery query;
  query.name_space = options_.name_space;
  query.label_selector = options_.label_selector;
  query.metadata_only = options_.metadata_only;
  return query;
}

Done Reflector::list_from(const std::string& resource_version, int limit, const std::stop_token& stop) {
  ListQuery query = scope();
  query.resource_version = resource_version;
  query.limit = limit;
  full_list_.begin();
  for (;;) {
    TRY_ASSIGN(const ListPage page,
               cluster_.list(options_.type, query, [this](const Json& item) { stage(item); }, stop));
    note_progress();
    skipped_ += page.unreadable;
    full_list_.add_unidentified(page.unreadable);
    if (page.continue_token.empty()) {
      TRY(full_list_.commit(page.resource_version, stop));
      resource_version_ = page.resource_version;
      break;
    }
    query.continue_token = page.continue_token;
    query.resource_version.clear();
  }
  ++lists_;
  broken_streams_ = 0;
  watched_since_list_ = false;
  return {};
}

void Reflector::stage(const Json& item) {
  if (!full_list_.stage(item)) note_skipped("an object of a list cannot be read", item);
}

bool Reflector::may_stream() const {
  return options_.stream_lists && !stream_refused_ && broken_streams_ < patience_with_streams;
}

Reflector::Next Reflector::stream(const std::stop_token& stop) {
  full_list_.begin();
  staging_ = true;
  guard_.emplace(ticker_, options_.type.kind, stop);
  const Done ended = follow("", guard_->token());
  const bool gave_up = guard_->gave_up();
  guard_.reset();
  if (stop.stop_requested()) return Next::List;
  if (std::exchange(staging_, false)) return after_broken_stream(ended, gave_up, stop);
  return gave_up ? Next::Watch : after_watch(ended, stop);
}

Reflector::Next Reflector::after_broken_stream(const Done& ended, bool gave_up, const std::stop_token& stop) {
  if (!ended && refuses_initial_events(ended.error())) {
    stream_refused_ = true;
    base::log_info("the server does not stream lists",
                   {{"kind", options_.type.kind}, {"error", ended.error().message}});
    return Next::List;
  }
  Error error{"NoInitialEvents", "a stream ended before it had told of all that is there", base::Retry::soon()};
  if (!ended && !gave_up) error = ended.error();
  // Streams that break again and again must not keep the sink empty for ever: pages may come through.
  broken_streams_ = watch_may_go_on(error) ? broken_streams_ + 1 : patience_with_streams;
  pause_after(error, "streaming a list failed", stop);
  return Next::List;
}

Reflector::Next Reflector::watch(const std::stop_token& stop) {
  const Done ended = follow(resource_version_, stop);
  return stop.stop_requested() ? Next::Watch : after_watch(ended, stop);
}

/// Watches from a version; without one from nothing, by way of initial events.
Done Reflector::follow(const std::string& from, const std::stop_token& stop) {
  note_progress();
  const auto span = options_.longest_watch - options_.shortest_watch;
  const auto extra = static_cast<std::int64_t>(static_cast<double>(span.count()) * random_());
  const WatchQuery query{.name_space = options_.name_space,
                         .label_selector = options_.label_selector,
                         .field_selector = {},
                         .resource_version = from,
                         .timeout = options_.shortest_watch + std::chrono::seconds(extra),
                         .initial_events = from.empty(),
                         .metadata_only = options_.metadata_only};
  ++watches_;
  begin_watching();
  return cluster_.watch(
      options_.type, query, [this](WatchEventType type, const Json& object) { return handle(type, object); }, stop);
}

void Reflector::begin_watching() {
  events_before_ = events_;
  watching_since_ = clock_.steady_now();
}

Reflector::Next Reflector::after_watch(const Done& ended, const std::stop_token& stop) {
  const bool silent = events_ == events_before_;
  const bool fruitless = silent && clock_.steady_now() - watching_since_ < very_short;
  if (!silent) internal_errors_ = 0;
  // One that worked and was dropped costs a short pause, however often it happens: with growing ones a proxy that cuts
  // every connection after a while would make the sink blind for most of the time.
  if (!fruitless) backoff_.start_over();
  if (!ended) return after_failed_watch(ended.error(), fruitless, stop);
  watched_since_list_ = true;
  internal_errors_ = 0;
  if (fruitless) {
    pause_after({"VeryShortWatch", "a watch ended at once and said nothing", base::Retry::soon()}, "watching failed",
                stop);
  }
  return Next::Watch;
}

Reflector::Next Reflector::after_failed_watch(const Error& error, bool fruitless, const std::stop_token& stop) {
  if (server_forgot(error)) {
    // A server that forgets what it has just listed would be listed in a tight loop.
    if (fruitless && !watched_since_list_) pause_after(error, "watching failed", stop);
    watched_since_list_ = true;
    return Next::List;
  }
  watched_since_list_ = true;
  // Nothing may have happened, or the connection is half open: another one tells, and goes on where this one stood.
  if (error.code == "Silent") {
    base::log_debug("a silent watch is renewed", {{"kind", options_.type.kind}, {"version", resource_version_}});
    return Next::Watch;
  }
  pause_after(error, "watching failed", stop);
  if (watch_may_go_on(error)) return Next::Watch;
  if (error.code == "InternalError" && ++internal_errors_ < patience_with_internal_errors) return Next::Watch;
  internal_errors_ = 0;
  return Next::List;
}

bool Reflector::handle(WatchEventType type, const Json& object) {
  note_progress();
  ++events_;
  if (guard_) guard_->heard();
  const std::string_view kind = options_.metadata_only ? std::string_view(partial_metadata_kind) : options_.type.kind;
  if (type == WatchEventType::Unreadable || is_of_another_kind(object, kind)) {
    note_skipped("an event of a watch cannot be read", object);
    // It may have told of any object.
    if (staging_) full_list_.add_unidentified(1);
    return true;
  }
  const bool read = offer_event(type, object);
  if (!read) note_skipped("an object of a watch cannot be read", object);
  const std::string version = version_in(object);
  if (version.empty()) return true;
  if (staging_) {
    // Versions of initial events are in no order: only that of their end says where the stream stands.
    return type != WatchEventType::Bookmark || !ends_initial_events(object) || end_of_initial_events(version);
  }
  resource_version_ = version;
  if (!read || type == WatchEventType::Bookmark) sink_.advance(version);
  return true;
}

bool Reflector::offer_event(WatchEventType type, const Json& object) {
  switch (type) {
    case WatchEventType::Added:
    case WatchEventType::Modified:
      return staging_ ? full_list_.stage(object) : offer(sink_, &ObjectSink::apply, object);
    case WatchEventType::Deleted:
      return staging_ ? full_list_.unstage(object) : offer(sink_, &ObjectSink::erase, object);
    case WatchEventType::Bookmark:
    case WatchEventType::Unreadable:
      break;
  }
  return true;
}

/// False: the stream is of no use.
bool Reflector::end_of_initial_events(const std::string& version) {
  guard_->satisfied();
  if (const Done done = full_list_.commit(version, guard_->token()); !done) {
    base::log_warning("what a stream lacks cannot be looked for",
                      {{"kind", options_.type.kind}, {"code", done.error().code}, {"error", done.error().message}});
    return false;
  }
  staging_ = false;
  resource_version_ = version;
  ++lists_;
  ++streamed_;
  broken_streams_ = 0;
  watched_since_list_ = false;
  // From here on it is a watch, which is judged by what it tells of changes.
  begin_watching();
  return true;
}

void Reflector::pause_after(const Error& error, std::string_view what, const std::stop_token& stop) {
  if (stop.stop_requested()) return;
  ++failures_;
  auto pause = backoff_.next();
  if (error.retry.what == base::RetryClass::After) {
    pause = std::max<std::chrono::milliseconds>(pause, std::min(error.retry.delay, longest_pause));
  }
  base::log_warning(what, {{"kind", options_.type.kind},
                           {"code", error.code},
                           {"error", error.message},
                           {"pause_ms", std::to_string(pause.count())}});
  sleep_(pause, stop);
}

void Reflector::note_skipped(std::string_view what, const Json& object) {
  ++skipped_;
  const auto identity = identity_of(object);
  base::log_warning(what, {{"kind", options_.type.kind}, {"object", identity ? to_text(identity->key) : "?"}});
}

}  // namespace staves::kube
