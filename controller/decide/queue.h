#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "base/time_point.h"

namespace staves::decide {

/// What a build has of the places that its builder gives (spec.maxConcurrentBuilds).
enum class Place {
  None,   ///< it has ended, or something keeps it from starting
  Waits,  ///< it stands in the queue
  Has,    ///< its Job runs or is about to be made
};
Place place_of(const api::BuildStatus& build);

/// Whether somebody waits for it: First, Spec or Trigger is among its reasons. Others come by themselves.
bool is_asked_for(const api::BuildStatus& build);

/// The order of the queue: what is asked for before what comes by itself, then by time, then by name.
bool is_before(const api::StavesImage& left, const api::StavesImage& right);

/// Whether the builder gave this image's build a place. It stays true when that build has ended since.
bool is_admitted(const api::StavesBuilder& builder, const api::StavesImage& image);

/// Where `image` stands among those of `queue` that `builder` has not admitted yet.
api::QueuePosition position_of(const api::StavesImage& image, const api::StavesBuilder& builder,
                               const std::vector<std::shared_ptr<const api::StavesImage>>& queue, base::TimePoint now);

/// How long a position that was told stands. All images of a queue together write about once a second.
std::chrono::seconds between_positions(const api::QueuePosition& told);

/// When the position of a build that waits is worth a write.
base::TimePoint next_position_time(const api::BuildStatus& build);

/// "3rd of 7 in the queue of builder glibc", or that it waits for a place there.
std::string queue_sentence(const api::BuildStatus& build);

}  // namespace staves::decide
