#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "kube/resource.h"

namespace staves::kube {

/// Where a Reflector leaves what it sees. Called on the reflector's thread only. The objects belong to the caller.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;

  /// A full list begins; what an unfinished one staged is dropped. Readers see nothing of it until `commit`.
  virtual void begin_replace() = 0;
  /// One object of that list. False: it cannot be read (and what is known of it stays).
  virtual bool stage(const base::Json& object) = 0;
  /// An object that was staged is gone before the list is whole. False: it cannot be read.
  virtual bool unstage(const base::Json& object) = 0;
  /// What is known and was not staged.
  virtual std::vector<ObjectKey> missing() const = 0;
  /// Of that, what is not gone: it stays as it is known.
  virtual void keep(const ObjectKey& key) = 0;
  /// The list is whole: what it lacks is gone.
  virtual void commit_replace(const std::string& resource_version) = 0;

  /// An object is new or changed. False: it cannot be read (and what is known of it stays).
  virtual bool apply(const base::Json& object) = 0;
  /// An object is gone; the object is its last state. False: it cannot be read.
  virtual bool erase(const base::Json& object) = 0;
  /// All changes up to this version were seen.
  virtual void advance(const std::string& resource_version) = 0;
};

/// Hands an object over. An object that nobody thought of must not end the loop that keeps all others: one whose
/// reading throws is logged and counts as one that cannot be read.
bool offer(ObjectSink& sink, bool (ObjectSink::*how)(const base::Json&), const base::Json& object);

/// What every object says of itself.
struct ObjectIdentity {
  ObjectKey key;
  std::string uid;
  std::string resource_version;
};

/// Errors: UnreadableObject (retry: never) when metadata, its name, uid or resourceVersion is missing or no text.
Result<ObjectIdentity> identity_of(const base::Json& object);

}  // namespace staves::kube
