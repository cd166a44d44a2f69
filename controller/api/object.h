#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/shared_text.h"
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
const Kind& config_map_kind();

// What is read of labels and annotations. Source: design/0001-the-way-of-a-build.md, Names.
inline constexpr std::string_view build_number_label = "staves.dev/build-number";
/// On a Job: the LocalQueue of Kueue that admits it. Source: kueue.sigs.k8s.io, Run a Job.
inline constexpr std::string_view queue_name_label = "kueue.x-k8s.io/queue-name";
/// On a Job: the digest of the spec that it was made with.
inline constexpr std::string_view rendered_annotation = "staves.dev/rendered";
/// Written by users on a StavesImage: anything new builds once more.
inline constexpr std::string_view rebuild_annotation = "staves.dev/rebuild";
/// Written by users on a StavesImage: the number of a build that is to end.
inline constexpr std::string_view cancel_annotation = "staves.dev/cancel";

/// Names one object.
struct ObjectRef {
  Kind kind;
  std::string name_space;
  std::string name;
  std::string uid;  ///< empty when it is not known
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
};

/// The part of metadata that somebody here reads of every kind; labels and annotations are read where they mean
/// something.
struct ObjectMeta {
  base::SharedText name_space;
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::string owner_uid;  ///< of the controlling owner; empty: none
  std::string owner_name;
  base::TimePoint created{};
  bool deleting = false;
  friend bool operator==(const ObjectMeta&, const ObjectMeta&) = default;
};

}  // namespace staves::api
