#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "kube/resource.h"

namespace staves::kube {

using base::Json;

/// Which objects to list, and how fresh the answer has to be.
struct ListQuery {
  std::string name_space = {};  ///< empty: all
  std::string label_selector = {};
  std::string field_selector = {};
  std::string resource_version = {};  ///< empty: the newest; "0": any age; else not older than this
  int limit = 0;                      ///< 0: all in one page
  std::string continue_token = {};    ///< of the page before
  bool metadata_only = false;         ///< items are PartialObjectMetadata: what an object holds never leaves the server
};

/// What is known after one page.
struct ListPage {
  std::string resource_version;  ///< where a watch goes on
  std::string continue_token;    ///< empty: that was the last page
  std::uint64_t unreadable = 0;  ///< items that were left out because they nest too deeply
};

enum class WatchEventType {
  Added,
  Modified,
  Deleted,
  Bookmark,    ///< the object has only metadata.resourceVersion (and annotations)
  Unreadable,  ///< a line that is no event; the object is null
};

/// Which changes to watch, and from where.
struct WatchQuery {
  std::string name_space = {};  ///< empty: all
  std::string label_selector = {};
  std::string field_selector = {};
  std::string resource_version = {};
  std::chrono::seconds timeout{300};  ///< after which the server ends the watch
  /// Begin with what exists: Added for each object, in no order of versions, then a Bookmark that
  /// `ends_initial_events`, then what happens. `resource_version` is empty then. A server that cannot do it says
  /// Invalid. Source: KEP-3157.
  bool initial_events = false;
  bool metadata_only = false;  ///< objects are PartialObjectMetadata, those of bookmarks as well
};

/// The kind that objects have in a list or watch of metadata only.
inline constexpr auto partial_metadata_kind = "PartialObjectMetadata";

/// Called for each item of a page; the item is the callee's to read until it returns. Items of built-in types carry no
/// kind.
using OnItem = std::function<void(const Json& item)>;
/// Called for each event; false ends the watch.
using OnWatchEvent = std::function<bool(WatchEventType type, const Json& object)>;

enum class PatchType {
  Merge,  ///< RFC 7396
  Apply,  ///< server-side apply
};

struct Patch {
  PatchType type = PatchType::Merge;
  std::string body = {};         ///< JSON; metadata.resourceVersion in it is an optimistic lock
  std::string subresource = {};  ///< "status", or empty
  bool force = true;             ///< Apply only: take fields over from other managers
};

enum class Propagation { Background, Foreground, Orphan };

/// What has to hold for an object to be deleted, and what becomes of its dependents.
struct Removal {
  std::string uid = {};               ///< empty: whatever has the name
  std::string resource_version = {};  ///< empty: in whatever state
  Propagation propagation = Propagation::Background;
};

/// Which end of a container's log.
struct LogTail {
  ObjectKey pod = {};
  std::string container = {};
  int lines = 1;
  int max_bytes = 16 * 1024;
};

/// A container's log from its beginning.
struct LogQuery {
  ObjectKey pod = {};
  std::string container = {};
  bool follow = false;                          ///< go on while the container runs
  std::chrono::milliseconds idle{10 * 60'000};  ///< without a byte for so long: Silent
};

/// A Kubernetes API server, as JSON objects. Thread-safe. Every call returns within its deadline or when `stop` is
/// asked for.
///
/// Errors carry the server's reason as code: NotFound, AlreadyExists (retry: never), Conflict (soon; for a removal: the
/// preconditions do not hold), Invalid, BadRequest, RequestEntityTooLarge (when_spec_changes), Forbidden, Unauthorized,
/// Expired, ResourceVersionTooLarge, InternalError, Timeout (soon), TooManyRequests, ServiceUnavailable (after(s) when
/// the server said how long, else soon), and those of base::HttpClient: ConnectFailed (soon) was certainly not carried
/// out, ConnectionLost and DeadlineExceeded (soon) may have been, Cancelled (never), and Silent (soon) of a stream that
/// says nothing for too long. InvalidName (never), MalformedJson
/// (soon) and ClientThrottled (soon; not sent, its turn under the client's own limit would have come after its
/// deadline) are found on this side. A server that cannot leave out what `metadata_only` leaves out says NotAcceptable
/// (never).
class Cluster {
 public:
  virtual ~Cluster() = default;

  virtual Result<Json> get(const ResourceType& type, const ObjectKey& key, std::stop_token stop = {}) = 0;

  /// Creates from a JSON body with its name in it; gives what the server stored. AlreadyExists may be about what this
  /// very call has made, when its first answer was lost.
  virtual Result<Json> create(const ResourceType& type, const std::string& name_space, const std::string& body,
                              std::stop_token stop = {}) = 0;

  virtual Result<Json> patch(const ResourceType& type, const ObjectKey& key, const Patch& patch,
                             std::stop_token stop = {}) = 0;

  /// Success says that the deletion is accepted: finalizers may keep the object for a while.
  virtual Done remove(const ResourceType& type, const ObjectKey& key, const Removal& removal,
                      std::stop_token stop = {}) = 0;

  /// One page of objects, in the order of the server, on the calling thread.
  virtual Result<ListPage> list(const ResourceType& type, const ListQuery& query, const OnItem& on_item,
                                std::stop_token stop = {}) = 0;

  /// Blocks while events arrive, on the calling thread. Success: the server or the callee ended it in order.
  /// An ERROR event comes back as the Error that its Status says (Expired among them).
  virtual Done watch(const ResourceType& type, const WatchQuery& query, const OnWatchEvent& on_event,
                     std::stop_token stop = {}) = 0;

  /// The last lines that a container wrote.
  virtual Result<std::string> log_tail(const LogTail& tail, std::stop_token stop = {}) = 0;

  /// All that a container wrote, piece by piece on the calling thread, until `on_bytes` returns false. A container that
  /// has not started is a BadRequest.
  virtual Done log(const LogQuery& query, const std::function<bool(std::string_view bytes)>& on_bytes,
                   std::stop_token stop = {}) = 0;
};

}  // namespace staves::kube
