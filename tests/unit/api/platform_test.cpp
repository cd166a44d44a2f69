#include "api/platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/stavesimage.h"
#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

using base::Json;

StavesImage image_for(const Json& platforms, const Json& tags = {"latest"}) {
  const Json object{{"metadata", {{"namespace", "n"}, {"name", "i"}, {"uid", "u"}}},
                    {"spec",
                     {{"builderRef", {{"name", "b"}}},
                      {"packages", {"app-shells/bash"}},
                      {"platforms", platforms},
                      {"image", {{"repository", "registry.example/i"}, {"tags", tags}}}}}};
  return *parse_stavesimage(object);
}

std::string complaint(const StavesImage& image) {
  return image.invalid ? image.invalid->message : "";
}

TEST(Platform, IsReadAsItIsWritten) {
  for (const char* text : {"linux/amd64", "linux/amd64/v3", "linux/arm/v7", "linux/s390x"}) {
    EXPECT_EQ(to_string(platform_of(text)), text);
  }
  EXPECT_EQ(platform_of("linux/amd64/v3"), (Platform{.architecture = "amd64", .variant = "v3"}));
  EXPECT_EQ(dashed(platform_of("linux/amd64/v3")), "amd64-v3");
  EXPECT_EQ(dashed(platform_of("linux/arm64")), "arm64");
}

TEST(Platform, IsNothingThatNoNodeCanBe) {
  for (const char* text : {"", "linux", "linux/", "amd64", "windows/amd64", "linux/amd64/", "linux/amd64/v1",
                           "linux/AMD64", "linux/x86_64", "linux/arm64/v8", "linux/amd64/v3/x", " linux/amd64"}) {
    EXPECT_FALSE(is_platform(text)) << text;
    EXPECT_EQ(platform_of(text), Platform{}) << text;
  }
}

TEST(Platform, OfAnImageIsRefusedWithItsPlace) {
  EXPECT_THAT(complaint(image_for({"linux/amd64", "plan9/amd64"})),
              testing::HasSubstr("spec.platforms[1] must be one of linux/amd64"));
  EXPECT_EQ(complaint(image_for({"linux/amd64", "linux/amd64"})), "spec.platforms[1] must not be there twice");
  EXPECT_EQ(complaint(image_for({"linux/amd64", "linux/arm64"})), "");
}

TEST(Platform, LeavesRoomForTheTagsOfItsImage) {
  const std::string tag(119, 't');
  EXPECT_EQ(complaint(image_for({"linux/amd64"}, {tag})), "") << "one has no tags of its own";
  EXPECT_EQ(complaint(image_for({"linux/amd64", "linux/arm64"}, {"latest", tag})),
            "spec.image.tags must have at most 118 characters each with several platforms, because the tags of their "
            "images are longer");
}

}  // namespace
}  // namespace staves::api
