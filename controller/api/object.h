#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/time_point.h"

namespace staves::api {

/// Which kind of object, in the words of the API server.
struct Kind {
  std::string group;  ///< empty: core
  std::string version;
  std::string plural;
  std::string name;  ///< "StavesImage"
  friend bool operator==(const Kind&, const Kind&) = default;
};

/// The kinds that the operator reads or writes.
const Kind& stavesimage_kind();
const Kind& stavesbuilder_kind();
const Kind& job_kind();
const Kind& pod_kind();
const Kind& volume_claim_kind();

/// Names one object.
struct ObjectRef {
  Kind kind;
  std::string name_space;
  std::string name;
  std::string uid;  ///< empty when it is not known
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
};

/// The part of metadata that somebody here reads.
struct ObjectMeta {
  std::string name_space;
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::map<std::string, std::string> labels;       ///< only those with the prefix staves.dev/
  std::map<std::string, std::string> annotations;  ///< only those with the prefix staves.dev/
  std::string owner_uid;                           ///< of the controlling owner; empty: none
  std::string owner_name;
  base::TimePoint created{};
  bool deleting = false;
  friend bool operator==(const ObjectMeta&, const ObjectMeta&) = default;
};

}  // namespace staves::api
