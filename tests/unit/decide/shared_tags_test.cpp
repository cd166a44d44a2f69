#include "decide/shared_tags.h"

#include <gtest/gtest.h>

#include "api/condition.h"
#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "support/makers.h"

namespace staves::decide {
namespace {

using Image = std::shared_ptr<const api::StavesImage>;
using Tags = std::vector<std::string>;

Image pushing(const std::string& name, Tags tags, const std::string& name_space = "team-a") {
  return make::image([&](api::StavesImage& image) {
    image.meta.name = name;
    image.meta.name_space = name_space;
    image.meta.uid = "uid-of-" + name_space + "-" + name;
    image.spec.image.tags = std::move(tags);
  });
}

Image from_toml(const Image& image) {
  return make::made(*image, [](api::StavesImage& object) { object.spec.staves_toml = api::StavesTomlSource{}; });
}

ImageObservation seen(const Image& wanted, std::vector<Image> others) {
  ImageObservation seen;
  seen.wanted = wanted;
  seen.builder = make::builder();
  seen.same_tags = std::move(others);
  seen.now = make::at();
  return seen;
}

TEST(SharedTags, AreThoseThatAnotherImagePushesToTheSameRepository) {
  const Image one = pushing("one", {"5.2", "latest"});
  EXPECT_EQ(shared_tag(seen(one, {one})), "") << "itself is no other";
  EXPECT_EQ(shared_tag(seen(one, {pushing("two", {"5.3"})})), "");
  const std::string said = shared_tag(seen(one, {one, pushing("two", {"5.3", "latest"})}));
  EXPECT_TRUE(said.starts_with("registry.example/team-a/bash:latest is pushed by StavesImage two as well")) << said;
}

TEST(SharedTags, DoNotNameImagesOfOtherNamespaces) {
  const std::string said = shared_tag(seen(pushing("one", {"latest"}), {pushing("secret", {"latest"}, "team-b")}));
  EXPECT_NE(said.find("a StavesImage of another namespace"), std::string::npos) << said;
  EXPECT_EQ(said.find("secret"), std::string::npos) << said;
}

TEST(SharedTags, OfAnImageThatGoesAreFree) {
  const Image goes =
      make::made(*pushing("two", {"latest"}), [](api::StavesImage& image) { image.meta.deleting = true; });
  EXPECT_EQ(shared_tag(seen(pushing("one", {"latest"}), {goes})), "");
}

TEST(SharedTags, OfAStavesTomlAreWhatItLastPushed) {
  const Image never_built = from_toml(pushing("two", {"latest"}));
  EXPECT_EQ(pushed_tags(*never_built), Tags{});
  const Image built = make::made(*never_built, [](api::StavesImage& image) {
    image.status.image = api::BuiltImage{};
    image.status.image->tags = {"7"};
  });
  EXPECT_EQ(pushed_tags(*built), Tags{"registry.example/team-a/bash:7"});
  EXPECT_NE(shared_tag(seen(pushing("one", {"7"}), {built})), "");
}

std::optional<std::string> told(const Decision& decision) {
  for (const Action& action : decision.actions) {
    const auto* patch = std::get_if<PatchStatus>(&action);
    if (patch == nullptr) continue;
    const base::Json written = nlohmann::json::parse(patch->patch);
    for (const base::Json& condition : written.at("status").at("conditions")) {
      if (condition.at("type") == "TagShared") return condition.at("message").get<std::string>();
    }
  }
  return std::nullopt;
}

TEST(SharedTags, AreToldAndStopNoBuild) {
  const Image one = pushing("one", {"latest"});
  const Decision alone = decide_image(seen(one, {one}));
  EXPECT_FALSE(told(alone));
  const Decision shared = decide_image(seen(one, {one, pushing("two", {"latest"})}));
  EXPECT_TRUE(told(shared));
  EXPECT_EQ(shared.summary, alone.summary);
}

}  // namespace
}  // namespace staves::decide
