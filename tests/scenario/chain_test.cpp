// Builders whose stage3 comes from other builders.
#include "api/object.h"
#include "base/digest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using namespace std::chrono_literals;
using base::Json;

std::string condition_of(const Json& object, const std::string& type) {
  for (const Json& condition : object["status"]["conditions"]) {
    if (condition["type"] == type) {
      return condition["status"].get<std::string>() + "/" + condition["reason"].get<std::string>();
    }
  }
  return "none";
}

std::string message_of_ready(const Json& object) {
  for (const Json& condition : object["status"]["conditions"]) {
    if (condition["type"] == "Ready") return condition["message"].get<std::string>();
  }
  return {};
}

void lead_back(Json& builder) {
  builder["spec"].erase("stage3");
  builder["spec"]["from"] = {{"name", "made"}};
}

TEST(MadeBuilder, HasItsImageBuiltFirstAndItsImagesWaitForIt) {
  Play play;
  play.farm().apply_builder();
  play.farm().apply_made_builder();
  play.farm().apply_image();
  play.farm().change_image([](Json& image) { image["spec"]["builderRef"]["name"] = "made"; });
  play.settle();
  play.farm().bind_claims();
  play.settle();
  const std::string own = play.farm().image_of_made_builder()["metadata"]["name"].get<std::string>();
  EXPECT_EQ(play.farm().building(), std::vector{own});
  EXPECT_EQ(play.farm().ready(), "False/BuilderNotReady");
  EXPECT_EQ(condition_of(play.farm().made_builder(), "Ready"), "Unknown/Building");
  build(play);
  EXPECT_EQ(condition_of(play.farm().made_builder(), "Ready"), "True/Available");
  EXPECT_EQ(condition_of(play.farm().made_builder(), "ImageReady"), "True/Built");
  EXPECT_EQ(play.farm().building(), std::vector<std::string>{"bash"});
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.farm().image()["status"]["build"]["inputs"]["stage3"],
            "registry.example/team-a/made@" + base::sha256_digest("image"));
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(MadeBuilder, FollowsTheStage3OfTheOtherOne) {
  Play play;
  apply_to_made_builder(play);
  build(play);
  play.set_stage3(base::sha256_digest("a newer stage3"));
  play.pass(3601s);
  EXPECT_EQ(play.jobs_made(), 3);
  EXPECT_EQ(play.farm().image_of_made_builder()["status"]["build"]["reasons"][0]["reason"], "Builder");
  EXPECT_EQ(condition_of(play.farm().made_builder(), "Ready"), "True/Available");
  EXPECT_EQ(condition_of(play.farm().made_builder(), "ImageReady"), "Unknown/Building");
  build(play);
  // The same image came out, so that nothing after it is built again.
  EXPECT_EQ(play.jobs_made(), 3);
  EXPECT_EQ(condition_of(play.farm().made_builder(), "ImageReady"), "True/Built");
}

TEST(MadeBuilder, ChangesItsImageWithItself) {
  Play play;
  apply_to_made_builder(play);
  play.farm().change_made_builder([](Json& builder) {
    builder["spec"]["packages"] = {"@system"};
    builder["spec"]["portage"]["makeConf"] = {{"USE", "-nls"}};
  });
  play.settle();
  const Json image = play.farm().image_of_made_builder();
  EXPECT_EQ(image["spec"]["packages"], Json::array({"@system"}));
  EXPECT_EQ(image["spec"]["makeConf"]["USE"], "-nls");
  EXPECT_EQ(image["status"]["build"]["number"], 2);
}

TEST(MadeBuilder, TakesItsImageWithIt) {
  Play play;
  apply_to_made_builder(play);
  const Json image = play.farm().image_of_made_builder();
  ASSERT_FALSE(image.is_null());
  play.farm().delete_made_builder();
  play.settle();
  EXPECT_TRUE(play.farm().image(image["metadata"]["name"].get<std::string>()).is_null());
  // What runs goes on, since its pod needs the builder no more.
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  EXPECT_EQ(condition_of(play.farm().image(), "BuilderReady"), "False/BuilderNotFound");
  build(play);
  EXPECT_EQ(play.farm().image()["status"]["image"]["digest"], base::sha256_digest("image"));
  EXPECT_EQ(play.farm().ready(), "False/BuilderNotFound");
}

TEST(MadeBuilder, WithoutPackagesAnyMoreHasTheStage3OfTheOtherOneAndNoImage) {
  Play play;
  apply_to_made_builder(play);
  build(play);
  make_builder_no_more(play);
  EXPECT_TRUE(play.farm().image_of_made_builder().is_null());
  EXPECT_EQ(condition_of(play.farm().made_builder(), "ImageReady"), "none");
  EXPECT_EQ(play.farm().made_builder()["status"]["stage3"], play.farm().builder()["status"]["stage3"]);
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(MadeBuilder, IsRefusedInACircleAndMendedWhenTheCircleIsBroken) {
  Play play;
  play.farm().apply_builder();
  play.farm().change_builder(lead_back);
  play.farm().apply_made_builder();
  play.settle();
  for (const Json& builder : {play.farm().builder(), play.farm().made_builder()}) {
    EXPECT_EQ(condition_of(builder, "Ready"), "False/InvalidSpec");
    EXPECT_NE(message_of_ready(builder).find("made"), std::string::npos) << message_of_ready(builder);
  }
  EXPECT_TRUE(play.farm().image_of_made_builder().is_null());
  play.farm().change_builder([](Json& builder) {
    builder["spec"].erase("from");
    builder["spec"]["stage3"] = {{"image", "registry.example/stage3:latest"}};
  });
  play.settle();
  play.farm().bind_claims();
  play.settle();
  build(play);
  EXPECT_EQ(condition_of(play.farm().made_builder(), "Ready"), "True/Available");
}

TEST(MadeBuilder, SaysThatTheOtherOneIsMissingAndGoesOnWhenItComes) {
  Play play;
  play.farm().apply_made_builder();
  play.settle();
  EXPECT_EQ(condition_of(play.farm().made_builder(), "Ready"), "False/BuilderNotFound");
  play.farm().apply_builder();
  play.settle();
  play.farm().bind_claims();
  play.settle();
  build(play);
  EXPECT_EQ(condition_of(play.farm().made_builder(), "Ready"), "True/Available");
}

TEST(MadeBuilder, LeavesAnImageOfSomebodyElseAlone) {
  Play play;
  apply_to_made_builder(play);
  const Json image = play.farm().image_of_made_builder();
  play.cluster().edit(operate::resource_type(api::stavesimage_kind()),
                      {"team-a", image["metadata"]["name"].get<std::string>()},
                      [](Json& object) { object["metadata"].erase("ownerReferences"); });
  play.settle();
  EXPECT_EQ(condition_of(play.farm().made_builder(), "Ready"), "False/NameTaken");
}

}  // namespace
}  // namespace staves::scenario
