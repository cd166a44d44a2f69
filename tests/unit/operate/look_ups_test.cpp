#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "operate/observe_builder.h"
#include "operate/observe_overlays.h"
#include "operate/observe_published.h"
#include "tests/support/makers.h"
#include "tests/support/manual_clock.h"

namespace staves::operate {
namespace {

using base::Json;

/// Who looks what up.
class LookUps : public testing::Test {
 protected:
  void apply_builder(bool suspend) {
    stores_.builders.apply(
        Json{{"metadata", {{"namespace", "team-a"}, {"name", "glibc"}, {"uid", "u"}, {"resourceVersion", "1"}}},
             {"spec",
              {{"stage3", {{"image", "h.example/s:1"}}},
               {"portage", {{"snapshot", {{"image", "h.example/t:1"}}}}},
               {"suspend", suspend}}}});
  }
  std::optional<decide::BuilderObservation> look_at_builder() {
    const auto none = [](const kube::ObjectKey&) { return nullptr; };
    const auto no_text = [](const kube::ObjectKey&, const std::string&) -> base::Result<std::string> { return ""; };
    return *observe_builder({"team-a", "glibc"}, stores_, resolver_, none, none, no_text, make::at());
  }
  static decide::ImageObservation an_image(bool image_is_suspended, bool builder_is_suspended) {
    decide::ImageObservation seen;
    seen.wanted = make::image([&](api::StavesImage& image) {
      image.spec.suspend = image_is_suspended;
      api::BuiltImage built;
      built.reference = "h.example/i@" + make::image_digest;
      built.pushed_time = make::at();
      image.status.image = built;
    });
    seen.builder = make::builder([&](api::StavesBuilder& builder) {
      api::Repository overlay;
      overlay.name = "ours";
      overlay.uri = "https://git.example/ours";
      builder.spec.repositories = {overlay};
      builder.spec.suspend = builder_is_suspended;
    });
    return seen;
  }

  Stores stores_;
  TagResolver resolver_{[](const TagQuestion&, const std::stop_token&) { return "sha256:1"; },
                        std::make_shared<test::ManualClock>(), [](const WorkKey&) {}};
};

TEST_F(LookUps, OfABuilderAreOfItsStage3AndItsTree) {
  apply_builder(false);
  const auto seen = look_at_builder();
  EXPECT_EQ(seen->stage3.reference, "h.example/s:1");
  EXPECT_EQ(seen->tree.reference, "h.example/t:1");
  EXPECT_EQ(resolver_.size(), 2U);
}

TEST_F(LookUps, AreNotMadeForASuspendedBuilder) {
  apply_builder(true);
  const auto seen = look_at_builder();
  EXPECT_EQ(resolver_.size(), 0U);
  EXPECT_FALSE(seen->stage3.digest || seen->stage3.error || seen->tree.digest || seen->tree.error);
}

TEST_F(LookUps, OfBranchesAreNotMadeWhileTheImageOrItsBuilderIsSuspended) {
  EXPECT_TRUE(look_up_branches(an_image(true, false), {}, resolver_).empty());
  EXPECT_TRUE(look_up_branches(an_image(false, true), {}, resolver_).empty());
  EXPECT_EQ(resolver_.size(), 0U);
  EXPECT_EQ(look_up_branches(an_image(false, false), {}, resolver_).size(), 1U);
}

TEST_F(LookUps, OfAPublishedImageAreNotMadeWhileTheImageOrItsBuilderIsSuspended) {
  EXPECT_EQ(look_up_published(an_image(true, false), {}, resolver_).reference, "");
  EXPECT_EQ(look_up_published(an_image(false, true), {}, resolver_).reference, "");
  EXPECT_EQ(resolver_.size(), 0U);
  EXPECT_EQ(look_up_published(an_image(false, false), {}, resolver_).reference, "h.example/i@" + make::image_digest);
}

}  // namespace
}  // namespace staves::operate
