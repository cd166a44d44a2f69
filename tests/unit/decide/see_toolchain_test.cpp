#include "decide/see_toolchain.h"

#include <gtest/gtest.h>

#include "support/makers.h"

namespace staves::decide {
namespace {

using Images = std::vector<std::shared_ptr<const api::StavesImage>>;

const api::ResolvedImage stage3{"gentoo/stage3:latest", "sha256:" + std::string(64, '3')};
const api::ResolvedImage newer_stage3{"gentoo/stage3:latest", "sha256:" + std::string(64, '4')};

std::shared_ptr<const api::StavesImage> built(const api::ResolvedImage& with, const char* gcc, int after) {
  return make::image([&](api::StavesImage& image) {
    image.status.build.inputs.stage3 = with.reference + "@" + with.digest;
    if (gcc != nullptr) image.status.build.inputs.toolchain = api::Toolchain{.gcc = gcc};
    image.status.build.completion_time = make::at(after);
  });
}

api::StavesBuilderStatus knows(const char* gcc) {
  api::StavesBuilderStatus status;
  status.stage3 = stage3;
  status.toolchain.gcc = gcc;
  return status;
}

TEST(SeeToolchain, TakesTheNewestBuildWithThatStage3) {
  const Images images = {built(stage3, "13", 10), built(stage3, "14", 20), built(newer_stage3, "15", 30),
                         built(stage3, nullptr, 40)};
  EXPECT_EQ(see_toolchain(images, stage3, knows("12")).gcc, "14");
}

TEST(SeeToolchain, KeepsWhatItKnowsWhenItsImagesAreGone) {
  EXPECT_EQ(see_toolchain({}, stage3, knows("12")).gcc, "12");
  EXPECT_EQ(see_toolchain({built(newer_stage3, "15", 30)}, stage3, knows("12")).gcc, "12");
}

TEST(SeeToolchain, ForgetsThatOfAnotherStage3) {
  EXPECT_EQ(see_toolchain({}, newer_stage3, knows("12")), api::Toolchain{});
  EXPECT_EQ(see_toolchain({}, std::nullopt, knows("12")), api::Toolchain{});
}

}  // namespace
}  // namespace staves::decide
