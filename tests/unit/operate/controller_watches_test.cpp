// What the whole controller does with watches that end.
#include "api/object.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"
#include "tests/support/ending_watches.h"
#include "tests/unit/operate/controller_parts.h"

namespace staves::operate {
namespace {

using namespace std::chrono_literals;
using base::Json;

/// Puts there what another cluster has when one image is built and its operator rests.
void begin_with_an_image_that_is_built(test::FakeCluster& cluster) {
  scenario::Play play;
  scenario::apply_and_build(play);
  for (const auto* kind :
       {&api::stavesbuilder_kind(), &api::stavesimage_kind(), &api::job_kind(), &api::volume_claim_kind()}) {
    for (const Json& object : play.cluster().objects(resource_type(*kind))) cluster.apply(resource_type(*kind), object);
  }
}

std::vector<Json> images_in(const test::FakeCluster& cluster) {
  return cluster.objects(resource_type(api::stavesimage_kind()));
}

int lists_of(const test::FakeCluster& cluster, const std::string& plural) {
  return cluster.lists({"", "v1", plural, ""});
}

TEST(ConvergedController, NeitherListsNorWritesHoweverOftenItsWatchesEnd) {
  constexpr int more = 200;
  const auto clock = std::make_shared<test::ManualClock>();
  test::EndingWatches cluster(clock);
  scenario::Farm farm(cluster, clock);
  begin_with_an_image_that_is_built(cluster);
  farm.multiply_image(more);
  Metrics metrics;
  const ControllerThread controller(parts_on(cluster, metrics, clock));
  // Each is told once that it shares its tags.
  ASSERT_TRUE(becomes([&] { return cluster.writes() == 1 + more; })) << cluster.writes();
  const std::vector<Json> before = images_in(cluster);
  for (int ends = 1; ends <= 5; ++ends) {
    clock->advance(5min);
    for (const std::string& kind : watched_kinds) cluster.end_watch(kind);
    const auto goes_on = [&](const std::string& kind) { return cluster.watches(kind) == 1 + ends; };
    ASSERT_TRUE(becomes([&] { return std::ranges::all_of(watched_kinds, goes_on); }));
  }
  for (const std::string& kind : watched_kinds) EXPECT_EQ(lists_of(cluster, kind), 1) << kind;
  EXPECT_EQ(cluster.writes(), 1 + more);
  // When one that comes last has its Job, the others have been looked at again, if they were to be.
  farm.apply_images({"last"});
  ASSERT_TRUE(becomes([&] { return farm.jobs().size() == 2; }));
  std::vector<Json> after = images_in(cluster);
  std::erase_if(after, [](const Json& image) { return image["metadata"]["name"] == "last"; });
  EXPECT_TRUE(after == before);
}

}  // namespace
}  // namespace staves::operate
