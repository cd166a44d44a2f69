#include "decide/queue.h"

#include <gtest/gtest.h>

#include "decide/admit_builds.h"
#include "support/makers.h"

namespace staves::decide {
namespace {

using Image = std::shared_ptr<const api::StavesImage>;

/// An image whose first build waits since that second.
Image waiting(const std::string& name, int since, api::BuildReason why = api::BuildReason::First) {
  return make::image([&](api::StavesImage& image) {
    image.meta.name = name;
    image.meta.uid = "uid-of-" + name;
    image.status.build.number = 1;
    image.status.build.reasons = {{why, {}}};
    image.status.build.inputs.builder_name = "glibc";
    image.status.build.queued_time = make::at(since);
  });
}

Image changed(const Image& image, const std::function<void(api::BuildStatus&)>& change) {
  return make::made(*image, [&](api::StavesImage& object) { change(object.status.build); });
}

Image started(const Image& image) {
  return changed(image, [](api::BuildStatus& build) { build.start_time = make::at(1); });
}

Image ended(const Image& image) {
  return changed(image, [](api::BuildStatus& build) { build.completion_time = make::at(2); });
}

api::AdmittedBuild entry(const Image& image) {
  return {image->meta.name, image->meta.uid, image->status.build.number};
}

Admission admitted(const std::vector<Image>& images, std::vector<api::AdmittedBuild> before = {}, bool usable = true) {
  BuilderObservation seen;
  seen.wanted = make::builder([&](api::StavesBuilder& builder) { builder.status.builds.admitted = before; });
  seen.images = images;
  seen.now = make::at();
  return admit_builds(seen, usable);
}

std::vector<std::string> names(const Admission& admission) {
  std::vector<std::string> all;
  for (const api::AdmittedBuild& one : admission.builds.admitted) all.push_back(one.image);
  return all;
}

using Names = std::vector<std::string>;

TEST(Admission, GivesFreePlacesToTheFirst) {
  const Admission admission = admitted({waiting("c", 3), waiting("a", 2), waiting("b", 1)});
  EXPECT_EQ(names(admission), (Names{"b", "a"}));
  EXPECT_EQ(admission.builds.running, 2);
  EXPECT_EQ(admission.builds.queued, 1);
}

TEST(Admission, PutsWhatSomebodyAskedForBeforeWhatComesByItself) {
  using enum api::BuildReason;
  const auto asked = {First, Spec, Platform, Trigger};
  const auto by_itself = {Builder, Tree, Repository, Schedule, ImageMissing, Retry};
  for (const auto user : asked) {
    for (const auto automatic : by_itself) {
      EXPECT_TRUE(is_before(*waiting("late", 9, user), *waiting("early", 1, automatic)));
      EXPECT_FALSE(is_before(*waiting("early", 1, automatic), *waiting("late", 9, user)));
    }
  }
}

TEST(Admission, KeepsThePlaceOfWhoIsSeenAtAnOlderNumber) {
  const Image image = waiting("a", 1);
  api::AdmittedBuild later = entry(image);
  later.number = 2;
  const Admission admission = admitted({ended(started(image)), waiting("b", 2), waiting("c", 3)}, {later});
  EXPECT_EQ(names(admission), (Names{"a", "b"}));
}

TEST(Admission, TakesThePlaceOfWhatEndedIsGoneOrMovedOn) {
  const Image ran = ended(started(waiting("ran", 1)));
  const Image moved = changed(waiting("moved", 9), [](api::BuildStatus& build) { build.number = 2; });
  const Image gone = waiting("gone", 1);
  const Image first = waiting("first", 1);
  const Image second = waiting("second", 2);
  const Admission admission =
      admitted({ran, moved, first, second}, {entry(ran), entry(gone), entry(waiting("moved", 1))});
  EXPECT_EQ(names(admission), (Names{"first", "second"}));
}

TEST(Admission, CountsWhoBuildsWithoutAnEntry) {
  const Admission admission = admitted({started(waiting("x", 1)), started(waiting("y", 1)), waiting("z", 1)});
  EXPECT_EQ(names(admission), (Names{"x", "y"}));
  EXPECT_EQ(admission.builds.queued, 1);
}

TEST(Admission, StopsWhileTheBuilderIsNotUsableAndTakesNothingBack) {
  const Image has = waiting("has", 1);
  const Admission admission = admitted({has, waiting("z", 1)}, {entry(has)}, false);
  EXPECT_EQ(names(admission), Names{"has"});
}

TEST(Admission, WaitsWithACountAlone) {
  BuilderObservation seen;
  const std::vector<Image> images{started(waiting("x", 1)), started(waiting("y", 1)), waiting("z", 1)};
  seen.wanted = make::builder([&](api::StavesBuilder& builder) {
    builder.status.builds = {
        .running = 2, .queued = 0, .admitted = {entry(images[0]), entry(images[1])}, .counted_time = make::at()};
  });
  seen.images = images;
  seen.now = make::at(4);
  const Admission early = admit_builds(seen, true);
  EXPECT_EQ(early.builds, seen.wanted->status.builds);
  EXPECT_EQ(early.look_again_in, std::chrono::seconds(6));
  seen.now = make::at(10);
  EXPECT_EQ(admit_builds(seen, true).builds.queued, 1);
}

TEST(Queue, NamesPositionsAsPeopleDo) {
  api::BuildStatus build;
  build.inputs.builder_name = "glibc";
  const std::vector<std::pair<int, std::string>> cases{{1, "1st"},   {2, "2nd"},     {3, "3rd"},
                                                       {4, "4th"},   {11, "11th"},   {12, "12th"},
                                                       {21, "21st"}, {113, "113th"}, {122, "122nd"}};
  for (const auto& [position, ordinal] : cases) {
    build.queue = api::QueuePosition{.position = position, .length = 200, .time = {}};
    EXPECT_EQ(queue_sentence(build), ordinal + " of 200 in the queue of builder glibc");
  }
}

}  // namespace
}  // namespace staves::decide
