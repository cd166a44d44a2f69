#include "tests/scenario/lives.h"

#include "base/digest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"

namespace staves::scenario {

namespace {

using namespace std::chrono_literals;
using base::Json;

void built_and_changed(Play& play) {
  apply_and_build(play);
  change_packages(play);
  build(play);
}

void failed_and_mended(Play& play) {
  apply_with_volume(play);
  run(play);
  play.farm().fail_for_good();
  play.settle();
  change_packages(play);
  build(play);
}

void asked_for_again(Play& play) {
  apply_and_build(play);
  ask_for_rebuild(play);
  build(play);
}

void its_stage3_moves(Play& play) {
  apply_and_build(play);
  play.set_stage3(base::sha256_digest("a newer stage3"));
  play.pass(3601s);
  build(play);
}

void changed_before_anything_compiles(Play& play) {
  apply_with_volume(play);
  play.farm().make_pods();
  play.settle();
  change_packages(play);
  build(play);
}

void changed_while_it_compiles(Play& play) {
  apply_with_volume(play);
  run(play);
  change_packages(play);
  succeed(play);
  build(play);
}

void cancelled_and_asked_for_again(Play& play) {
  apply_with_volume(play);
  run(play);
  play.farm().change_image([](Json& image) { image["metadata"]["annotations"]["staves.dev/cancel"] = "1"; });
  play.settle();
  play.farm().delete_pods();
  play.settle();
  ask_for_rebuild(play);
  build(play);
}

void its_job_is_deleted(Play& play) {
  apply_with_volume(play);
  run(play);
  play.farm().delete_jobs();
  play.settle();
  build(play);
}

void its_builder_comes_late(Play& play) {
  play.farm().apply_image();
  play.settle();
  play.farm().apply_builder();
  play.settle();
  play.farm().bind_claims();
  play.settle();
  build(play);
}

void forgotten(Play& play) {
  apply_with_volume(play);
  for (int builds = 0; builds < 5; ++builds) {
    build(play);
    play.farm().change_image(
        [&](Json& image) { image["spec"]["packages"] = {"app-misc/number" + std::to_string(builds)}; });
    play.settle();
  }
  build(play);
}

void built_again_on_schedule(Play& play) {
  apply_and_build(play);
  play.farm().change_image([](Json& image) { image["spec"]["rebuild"] = {{"schedule", "@hourly"}}; });
  play.settle();
  play.pass(3600s);
  build(play);
}

void lost_by_its_registry(Play& play) {
  play.set_registry("");
  apply_and_build(play);
  play.set_registry("ImageNotFound");
  play.pass(3601s);
  play.set_registry("");
  build(play);
}

void held_by_kueue(Play& play) {
  apply_in_queue(play);
  play.farm().resume_jobs();
  play.settle();
  build(play);
}

void its_builder_is_made_and_changed(Play& play) {
  apply_to_made_builder(play);
  build(play);
  play.farm().change_made_builder([](Json& builder) { builder["spec"]["packages"] = {"@system"}; });
  play.settle();
  build(play);
}

void its_tree_moves_and_no_package_changes(Play& play) {
  apply_and_build(play);
  move_tree(play);
  build(play);
}

void built_for_two_platforms_and_changed(Play& play) {
  apply_for_two_platforms(play);
  build(play);
  build(play);
  change_packages(play);
  build(play);
}

void built_for_two_platforms_and_then_for_one(Play& play) {
  apply_for_two_platforms(play);
  build(play);
  build(play);
  play.farm().change_image([](Json& image) { image["spec"]["platforms"] = {"linux/amd64"}; });
  play.settle();
  build(play);
}

void its_builder_is_made_and_made_no_more(Play& play) {
  apply_to_made_builder(play);
  build(play);
  make_builder_no_more(play);
  build(play);
}

}  // namespace

const std::vector<Life>& lives() {
  static const std::vector<Life> all{
      {"BuiltAndChanged", built_and_changed, "True/Built", 2},
      {"FailedAndMended", failed_and_mended, "True/Built", 2},
      {"AskedForAgain", asked_for_again, "True/Built", 2},
      {"ItsStage3Moves", its_stage3_moves, "True/Built", 2},
      {"ChangedBeforeAnythingCompiles", changed_before_anything_compiles, "True/Built", 2},
      {"ChangedWhileItCompiles", changed_while_it_compiles, "True/Built", 2},
      {"CancelledAndAskedForAgain", cancelled_and_asked_for_again, "True/Built", 2},
      {"ItsJobIsDeleted", its_job_is_deleted, "True/Built", 2},
      {"ItsBuilderComesLate", its_builder_comes_late, "True/Built", 1},
      {"BuiltAgainOnSchedule", built_again_on_schedule, "True/Built", 2},
      {"LostByItsRegistry", lost_by_its_registry, "True/Built", 2},
      {"HeldByKueue", held_by_kueue, "True/Built", 1},
      {"ItsBuilderIsMadeAndChanged", its_builder_is_made_and_changed, "True/Built", 3},
      {"BuiltForTwoPlatformsAndChanged", built_for_two_platforms_and_changed, "True/Built", 5},
      {"BuiltForTwoPlatformsAndThenForOne", built_for_two_platforms_and_then_for_one, "True/Built", 4},
      {"ItsBuilderIsMadeAndMadeNoMore", its_builder_is_made_and_made_no_more, "True/Built", 3},
      {"ItsTreeMovesAndNoPackageChanges", its_tree_moves_and_no_package_changes, "True/Built", 2},
      {"BuiltMoreOftenThanIsRemembered", forgotten, "True/Built", 6},
  };
  return all;
}

}  // namespace staves::scenario
