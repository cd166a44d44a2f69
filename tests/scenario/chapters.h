#pragma once

#include <string>

#include "tests/scenario/play.h"

namespace staves::scenario {

// What many lives have in common. After each chapter the operator rests.

/// A builder and an image of it.
void apply(Play& play);
/// The same, and the claim gets its volume.
void apply_with_volume(Play& play);
/// The same, and the builder has a queue of Kueue, which holds the Job.
void apply_in_queue(Play& play);
/// The pods of all Jobs come and run.
void run(Play& play);
/// What runs ends well.
void succeed(Play& play);
/// From a Job to its good end.
void build(Play& play);
/// From nothing to an image that is Ready.
void apply_and_build(Play& play);

/// A builder, one that it makes, which has its image then, and an image of that one.
void apply_to_made_builder(Play& play);
/// The builder that a builder makes has the stage3 of the other one from now on.
void make_builder_no_more(Play& play);
/// An image for linux/amd64 and linux/amd64/v3, which has one of its own for each; none is built yet.
void apply_for_two_platforms(Play& play);

/// The user changes what is built.
void change_packages(Play& play, const std::string& second = "net-misc/curl");
/// The builder gets another ebuild tree. Its packages are the same, so that builds for it alone make no image.
void move_tree(Play& play, const std::string& to = "a newer tree");
/// The user asks for a rebuild by the annotation.
void ask_for_rebuild(Play& play, const std::string& value = "now");

}  // namespace staves::scenario
