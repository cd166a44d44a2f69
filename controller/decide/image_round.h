#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "api/stavesimage.h"
#include "decide/builder_view.h"
#include "decide/decision.h"
#include "decide/image_conditions.h"
#include "decide/inputs.h"
#include "decide/observation.h"
#include "decide/repositories.h"

namespace staves::decide {

/// A decision about an image while it is being made.
struct ImageRound {
  const ImageObservation& seen;
  std::shared_ptr<const api::StavesImage> asked;  ///< seen.wanted; of an index only what its own build depends on
  BuilderView builder;
  std::optional<Inputs> inputs;  ///< now; nothing while they cannot be known
  KnownRevisions known;          ///< revisions of overlays
  api::StavesImageStatus next;   ///< the status as it will be
  Standing standing;
  std::optional<CreateOnce> job;
  std::optional<Delete> superseded;          ///< the Job whose place `job` takes, or that is not wanted any more
  std::optional<api::BuildStatus> gave_way;  ///< the build that ended in this round and whose place another took
  std::string summary;
  std::optional<std::chrono::seconds> look_again_in;
  bool needs_current_pods = false;  ///< nothing else of the round counts then

  const api::StavesImage& image() const { return *asked; }
};

/// Where an image stands whose spec could not be read.
Standing standing_when_unreadable(const base::Error& invalid);

/// What keeps builds from starting: an invalid spec, the builder, suspend; nothing when they may.
std::optional<Standing> obstacle(const ImageRound& round);

/// Records the intent of a new build, which waits for a place among those of its builder. One that takes the place of
/// an intent keeps its time in the queue. `inputs` must be known.
void queue_build(ImageRound& round, std::vector<api::ReasonToBuild> reasons);

/// Whether something about the image itself, and not its builder, is in the way.
bool is_obstacle_of_its_own(const ImageRound& round);

/// Where an image stands whose build waits for a place; writes its position now and then.
void stand_in_queue(ImageRound& round);

/// Gives the place back that the build has or waits for, because it cannot start.
void give_place_back(api::BuildStatus& build);

/// Makes the Job of the build that `next` records. `inputs` must be those of that build.
void make_job(ImageRound& round);

/// While no build runs: starts one, or says why not.
void decide_at_rest(ImageRound& round);

/// While a build runs: follows it to its end, makes its Job if there is none, and makes it again if it is gone.
void decide_while_running(ImageRound& round);

/// Whether the registry holds what is asked for. What spec.rebuild holds back is not asked for yet.
bool image_is_current(const ImageRound& round);

/// Where the image stands now that no build runs; `reasons` are those to build again.
void settle(ImageRound& round, const std::vector<api::ReasonToBuild>& reasons);

}  // namespace staves::decide
