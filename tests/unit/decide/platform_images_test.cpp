#include "decide/platform_images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/condition.h"
#include "decide/index_inputs.h"
#include "decide/platform_standing.h"
#include "nlohmann/json.hpp"
#include "support/makers.h"

namespace staves::decide {
namespace {

using base::Json;
using testing::HasSubstr;
using Image = std::shared_ptr<const api::StavesImage>;

Image index_image(const std::vector<const char*>& platforms = {"linux/amd64", "linux/amd64/v3"}) {
  return make::image([&](api::StavesImage& image) {
    for (const char* platform : platforms) image.spec.platforms.push_back(api::platform_of(platform));
    image.spec.rebuild.schedule = "0 3 * * *";
    image.rebuild = "now";
  });
}

/// The image of one of its platforms, built.
Image built(const Image& index, const char* text, const std::function<void(api::StavesImage&)>& change = [](auto&) {}) {
  const api::Platform platform = api::platform_of(text);
  return make::image([&](api::StavesImage& image) {
    image.meta.name = platform_image_name(*index, platform);
    image.meta.uid = "uid-of-" + dashed(platform);
    image.meta.owner_uid = index->meta.uid;
    image.meta.owner_name = index->meta.name;
    image.spec = platform_image_spec(index->spec, platform);
    image.rebuild = index->rebuild;
    image.status.observed_generation = image.meta.generation;
    image.status.image = api::BuiltImage{};
    image.status.image->digest = "sha256:" + std::string(64, text[std::strlen(text) - 1]);
    image.status.image->size_bytes = 10;
    image.status.conditions.push_back(make::condition("Ready", api::ConditionStatus::True, "Built"));
    change(image);
  });
}

ImageObservation seen(const Image& wanted, std::vector<Image> images) {
  ImageObservation seen;
  seen.wanted = wanted;
  seen.builder = make::builder();
  seen.platform_images = std::move(images);
  seen.now = make::at();
  return seen;
}

std::string said(const ImageObservation& seen) {
  const auto standing = standing_of_platforms(seen);
  return standing ? std::string(api::to_string(standing->reason)) + ": " + standing->message : "built";
}

TEST(PlatformImages, AreMadeOneForEachPlatform) {
  const Image index = index_image();
  const auto actions = keep_platform_images(seen(index, {}));
  ASSERT_EQ(actions.size(), 2U);
  const Json second = Json::parse(std::get<CreateOnce>(actions[1]).body);
  EXPECT_THAT(second["metadata"]["name"].get<std::string>(), testing::MatchesRegex("bash-amd64-v3-[0-9a-f]{8}"));
  EXPECT_EQ(second["metadata"]["ownerReferences"][0]["uid"], index->meta.uid);
  EXPECT_EQ(second["metadata"]["annotations"]["staves.dev/rebuild"], "now");
  EXPECT_EQ(second["spec"]["platforms"], Json({"linux/amd64/v3"}));
  EXPECT_EQ(second["spec"]["image"]["tags"], Json({"latest-amd64-v3"}));
  EXPECT_EQ(second["spec"]["packages"], Json({"app-shells/bash"}));
  EXPECT_EQ(second["spec"]["rebuild"]["schedule"], "0 3 * * *");
}

TEST(PlatformImages, AreLeftAloneWhileTheyAreAsTheyHaveToBe) {
  const Image index = index_image();
  EXPECT_THAT(keep_platform_images(seen(index, {built(index, "linux/amd64"), built(index, "linux/amd64/v3")})),
              testing::IsEmpty());
}

TEST(PlatformImages, FollowTheSpecAndTheWishToBuildAgain) {
  const Image index = index_image();
  const Image stale = built(index, "linux/amd64", [](api::StavesImage& image) {
    image.spec.packages = {"app-shells/dash"};
    image.rebuild.clear();
  });
  const auto actions = keep_platform_images(seen(index, {stale, built(index, "linux/amd64/v3")}));
  ASSERT_EQ(actions.size(), 1U);
  const auto& change = std::get<PatchSpec>(actions[0]);
  EXPECT_EQ(change.resource_version, stale->meta.resource_version);
  EXPECT_EQ(Json::parse(change.patch), Json::parse(R"({"metadata": {"annotations": {"staves.dev/rebuild": "now"}},
                                                       "spec": {"packages": ["app-shells/bash"]}})"));
}

TEST(PlatformImages, GoWithTheirPlatform) {
  const Image both = index_image();
  const Image one = make::made(*both, [](api::StavesImage& image) { image.spec.platforms.resize(1); });
  const auto actions = keep_platform_images(seen(one, {built(both, "linux/amd64"), built(both, "linux/amd64/v3")}));
  ASSERT_EQ(actions.size(), 2U) << "an image for one platform is no index";
  for (const Action& action : actions) EXPECT_TRUE(std::holds_alternative<Delete>(action));
  const Image three =
      make::made(*both, [](api::StavesImage& image) { image.spec.platforms[1] = api::platform_of("linux/amd64/v2"); });
  const auto exchanged = keep_platform_images(seen(three, {built(both, "linux/amd64"), built(both, "linux/amd64/v3")}));
  ASSERT_EQ(exchanged.size(), 2U);
  EXPECT_EQ(std::get<Delete>(exchanged[0]).object.uid, "uid-of-amd64-v3");
  EXPECT_THAT(std::get<CreateOnce>(exchanged[1]).object.name, HasSubstr("bash-amd64-v2-"));
}

TEST(PlatformImages, AreNotMadeOfWhatIsSuspendedOrCannotBe) {
  const Image suspended = make::made(*index_image(), [](api::StavesImage& image) { image.spec.suspend = true; });
  EXPECT_THAT(keep_platform_images(seen(suspended, {})), testing::IsEmpty());
  const Image mixed = index_image({"linux/amd64", "linux/arm64"});
  EXPECT_THAT(keep_platform_images(seen(mixed, {})), testing::IsEmpty()) << "one node has the volume";
  api::StavesBuilderSpec builder = make::builder()->spec;
  EXPECT_THAT(why_not_on_several_nodes(mixed->spec, builder), HasSubstr("ReadWriteMany"));
  builder.cache.access_mode = "ReadWriteMany";
  EXPECT_EQ(why_not_on_several_nodes(mixed->spec, builder), "");
}

TEST(PlatformImages, OfSomebodyElseAreToldAndNotTouched) {
  const Image index = index_image();
  const Image foreign = built(index, "linux/amd64", [](api::StavesImage& image) {
    image.meta.owner_uid = "somebody";
    image.spec.packages = {"app-misc/other"};
  });
  const auto observation = seen(index, {foreign, built(index, "linux/amd64/v3")});
  EXPECT_THAT(keep_platform_images(observation), testing::IsEmpty());
  EXPECT_THAT(said(observation), HasSubstr("NameTaken: the StavesImage bash-amd64-"));
}

TEST(PlatformImages, LetTheIndexWaitWithTheWordsOfTheOneThatNeedsItsUserMost) {
  const Image index = index_image();
  const Image first = built(index, "linux/amd64", [](api::StavesImage& image) {
    image.status.conditions = {make::condition("Ready", api::ConditionStatus::Unknown, "Building"),
                               make::condition("Reconciling", api::ConditionStatus::True, "Building")};
  });
  const Image second = built(index, "linux/amd64/v3", [](api::StavesImage& image) {
    image.status.conditions = {make::condition("Ready", api::ConditionStatus::False, "BuildFailed"),
                               make::condition("Stalled", api::ConditionStatus::True, "BuildFailed")};
  });
  EXPECT_THAT(said(seen(index, {first})), HasSubstr("Building: the image for linux/amd64 (StavesImage bash-amd64-"));
  EXPECT_THAT(said(seen(index, {first, second})),
              HasSubstr("BuildFailed: the image for linux/amd64/v3 (StavesImage bash-amd64-v3-"));
  EXPECT_TRUE(standing_of_platforms(seen(index, {first, second}))->stalled);
  EXPECT_EQ(said(seen(index, {built(index, "linux/amd64"), built(index, "linux/amd64/v3")})), "built");
}

TEST(PlatformImages, ThatWereBuiltOfAnotherSpecMakeNoIndex) {
  const Image index = index_image();
  const Image other =
      built(index, "linux/amd64", [](api::StavesImage& image) { image.spec.packages = {"app-shells/dash"}; });
  const Image unseen = built(index, "linux/amd64", [](api::StavesImage& image) { image.meta.generation = 2; });
  for (const Image& first : {other, unseen}) {
    EXPECT_FALSE(inputs_of_index(seen(index, {first, built(index, "linux/amd64/v3")})));
  }
}

TEST(PlatformImages, DecideTheIndexByTheirDigestsAlone) {
  const Image index = index_image();
  const auto inputs = inputs_of_index(seen(index, {built(index, "linux/amd64"), built(index, "linux/amd64/v3")}));
  ASSERT_TRUE(inputs);
  const Json document = Json::parse(inputs->document);
  EXPECT_EQ(document["images"], (Json{{"linux/amd64", "sha256:" + std::string(64, '4')},
                                      {"linux/amd64/v3", "sha256:" + std::string(64, '3')}}));
  EXPECT_FALSE(document.contains("packages"));
  const Image asked = std::make_shared<const api::StavesImage>(without_what_platforms_build(*index));
  EXPECT_TRUE(asked->rebuild.empty() && asked->spec.rebuild.schedule.empty() && asked->spec.packages.empty());
}

}  // namespace
}  // namespace staves::decide
