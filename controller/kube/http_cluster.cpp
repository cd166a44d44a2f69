#include "kube/http_cluster.h"

#include "kube/api_error.h"
#include "kube/http_session.h"
#include "kube/line_framer.h"
#include "kube/list_document.h"
#include "kube/server_address.h"
#include "kube/watch_event.h"

namespace staves::kube {

namespace {

/// A server that has bookmarks sends one a minute, so that a watch which lives breaks the silence in time.
constexpr std::chrono::seconds longest_silence{90};

/// The query of a target; parts with an empty value are left out.
class Query {
 public:
  Query& with(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += text_.empty() ? '?' : '&';
    text_ += name;
    text_ += '=';
    text_ += encode_query_value(value);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string name_of(Propagation propagation) {
  switch (propagation) {
    case Propagation::Foreground:
      return "Foreground";
    case Propagation::Orphan:
      return "Orphan";
    case Propagation::Background:
      break;
  }
  return "Background";
}

std::string removal_body(const Removal& removal) {
  Json body{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", name_of(removal.propagation)}};
  if (!removal.uid.empty()) body["preconditions"]["uid"] = removal.uid;
  if (!removal.resource_version.empty()) body["preconditions"]["resourceVersion"] = removal.resource_version;
  return base::to_canonical_json(body);
}

/// Without a second choice: a server that cannot leave the rest out has to say NotAcceptable.
std::string accept(const std::string& partial_kind) {
  return "application/json;as=" + partial_kind + ";g=meta.k8s.io;v=v1";
}

class HttpCluster final : public Cluster {
 public:
  HttpCluster(HttpClusterOptions options, ServerAddress address)
      : prefix_(address.path),
        field_manager_(options.field_manager),
        user_agent_(options.user_agent),
        repeat_writes_(options.repeat_writes),
        session_(std::move(options), std::move(address.origin)) {}

  Result<Json> get(const ResourceType& type, const ObjectKey& key, std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, object_path(type, key));
    return exchange_json(request("GET", path), stop);
  }

  Result<Json> create(const ResourceType& type, const std::string& name_space, const std::string& body,
                      std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, collection_path(type, name_space));
    return exchange_json(request("POST", path + writer().text(), "application/json", body), stop);
  }

  Result<Json> patch(const ResourceType& type, const ObjectKey& key, const Patch& patch,
                     std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, object_path(type, key, patch.subresource));
    const bool apply = patch.type == PatchType::Apply;
    Query query = writer();
    if (apply && patch.force) query.with("force", "true");
    const char* content = apply ? "application/apply-patch+yaml" : "application/merge-patch+json";
    return exchange_json(request("PATCH", path + query.text(), content, patch.body), stop);
  }

  Done remove(const ResourceType& type, const ObjectKey& key, const Removal& removal, std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, object_path(type, key));
    TRY(session_.send(request("DELETE", path, "application/json", removal_body(removal)), std::move(stop)));
    return {};
  }

  Result<ListPage> list(const ResourceType& type, const ListQuery& query, const OnItem& on_item,
                        std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, collection_path(type, query.name_space));
    Query parts;
    parts.with("labelSelector", query.label_selector).with("fieldSelector", query.field_selector);
    parts.with("resourceVersion", query.resource_version).with("continue", query.continue_token);
    if (query.limit > 0) parts.with("limit", std::to_string(query.limit));
    base::HttpRequest asked = request("GET", path + parts.text());
    if (query.metadata_only) asked.headers["Accept"] = accept("PartialObjectMetadataList");
    TRY_ASSIGN(const auto response, session_.send(std::move(asked), std::move(stop)));
    return read_list(response.body, on_item);
  }

  Done watch(const ResourceType& type, const WatchQuery& query, const OnWatchEvent& on_event,
             std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, collection_path(type, query.name_space));
    Query parts;
    parts.with("watch", "true").with("allowWatchBookmarks", "true");
    parts.with("labelSelector", query.label_selector).with("fieldSelector", query.field_selector);
    parts.with("resourceVersion", query.resource_version);
    parts.with("timeoutSeconds", std::to_string(query.timeout.count()));
    if (query.initial_events) {
      parts.with("sendInitialEvents", "true").with("resourceVersionMatch", "NotOlderThan");
    }
    base::HttpRequest asked = request("GET", path + parts.text());
    if (query.metadata_only) asked.headers["Accept"] = accept(partial_metadata_kind);
    return follow(std::move(asked), query.timeout, on_event, std::move(stop));
  }

  Result<std::string> log_tail(const LogTail& tail, std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, object_path({"", "v1", "pods", "Pod"}, tail.pod, "log"));
    Query parts;
    parts.with("container", tail.container).with("tailLines", std::to_string(tail.lines));
    parts.with("limitBytes", std::to_string(tail.max_bytes));
    TRY_ASSIGN(auto response, session_.send(request("GET", path + parts.text()), std::move(stop)));
    return std::move(response.body);
  }

  Done log(const LogQuery& query, const std::function<bool(std::string_view)>& on_bytes,
           std::stop_token stop) override {
    TRY_ASSIGN(const std::string path, object_path({"", "v1", "pods", "Pod"}, query.pod, "log"));
    Query parts;
    parts.with("container", query.container).with("follow", query.follow ? "true" : "");
    return session_.stream(request("GET", path + parts.text()), query.idle, on_bytes, std::move(stop));
  }

 private:
  Query writer() const { return Query().with("fieldManager", field_manager_); }

  base::HttpRequest request(std::string method, const std::string& target, const char* content_type = nullptr,
                            std::string body = {}) const {
    base::HttpRequest request;
    request.method = std::move(method);
    // Every write of this interface may be carried out twice: names, versions and uids are in it.
    request.repeatable = repeat_writes_ || request.method == "GET";
    request.target = prefix_ + target;
    request.headers = {{"Accept", "application/json"}};
    if (!user_agent_.empty()) request.headers["User-Agent"] = user_agent_;
    if (content_type != nullptr) request.headers["Content-Type"] = content_type;
    request.body = std::move(body);
    return request;
  }

  Result<Json> exchange_json(base::HttpRequest request, std::stop_token stop) {
    TRY_ASSIGN(const auto response, session_.send(std::move(request), std::move(stop)));
    auto body = base::parse_json(response.body);
    if (body) return body;
    return base::fail("MalformedJson", "the API server's answer cannot be read: " + body.error().message,
                      base::Retry::soon());
  }

  /// A connection that says nothing for longer than a server keeps from telling where it stands may be half open.
  Done follow(base::HttpRequest request, std::chrono::seconds timeout, const OnWatchEvent& on_event,
              std::stop_token stop) {
    constexpr std::chrono::seconds grace{5};
    const std::chrono::seconds idle = std::min(timeout + grace, longest_silence);
    LineFramer framer;
    Done said;
    const auto on_line = [&](std::string_view line) {
      if (line.empty()) return true;
      auto more = deliver_watch_event(line, on_event);
      if (more) return *more;
      said = base::fail(std::move(more).error());
      return false;
    };
    const auto on_bytes = [&](std::string_view bytes) {
      const auto oversized = framer.oversized();
      if (!framer.feed(bytes, on_line)) return false;
      return framer.oversized() == oversized || on_event(WatchEventType::Unreadable, nullptr);
    };
    Done ended = session_.stream(std::move(request), idle, on_bytes, std::move(stop));
    return said ? ended : said;
  }

  std::string prefix_;
  std::string field_manager_;
  std::string user_agent_;
  bool repeat_writes_;
  HttpSession session_;
};

}  // namespace

Result<std::unique_ptr<Cluster>> make_http_cluster(HttpClusterOptions options) {
  TRY_ASSIGN(auto address, parse_server_address(options.connection.server));
  return std::make_unique<HttpCluster>(std::move(options), std::move(address));
}

}  // namespace staves::kube
