#include "oci/index_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "api/index_plan.h"
#include "api/step_result.h"
#include "base/digest.h"
#include "base/files.h"
#include "nlohmann/json.hpp"
#include "oci/media_types.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/oci/quick_registry.h"

namespace staves::oci {
namespace {

using base::Json;
using test::FakeRegistry;

class IndexStepTest : public testing::Test {
 protected:
  IndexStepTest() {
    places_ = {work_.path() / "plan", work_.path() / "config.json", work_.path() / "result"};
    plan_.image_namespace = "default";
    plan_.image_name = "bash";
    plan_.number = 1;
    plan_.target.repository = fake_.host() + "/acme/bash";
    plan_.target.tags = {"5.2", "latest"};
    plan_.target.annotations = {{"org.opencontainers.image.title", "bash"}};
    plan_.insecure_registries = {fake_.host()};
    plan_.images = {image("linux/amd64", "one"), image("linux/amd64/v3", "another")};
  }

  /// Is in the registry.
  api::IndexedImage image(const char* platform, const std::string& what) {
    const std::string manifest = Json{{"schemaVersion", 2},
                                      {"mediaType", media_type::manifest},
                                      {"layers", Json::array()},
                                      {"config", {{"digest", base::sha256_digest(what)}, {"size", 1}}}}
                                     .dump();
    Registry registry(test::quick_options({fake_.host()}), {});
    const Descriptor descriptor{std::string(media_type::manifest), base::sha256_digest(manifest), manifest.size()};
    EXPECT_TRUE(
        registry.push_manifest(*parse_repository(plan_.target.repository), descriptor.digest, descriptor, manifest));
    manifests_.push_back(descriptor);
    return {.platform = api::platform_of(platform),
            .digest = descriptor.digest,
            .size_bytes = 100,
            .uncompressed_bytes = 300};
  }

  int run() {
    std::ofstream(places_.plan) << api::to_json(plan_);
    return run_index_step(places_, test::quick_options({}), {});
  }
  api::StepResult result() const { return *api::parse_step_result(*base::read_file(places_.termination_message)); }

  test::TemporaryDirectory work_;
  FakeRegistry fake_;
  IndexPlaces places_;
  api::IndexPlan plan_;
  std::vector<Descriptor> manifests_;
};

TEST_F(IndexStepTest, PushesAnIndexOfTheImagesUnderEveryTag) {
  ASSERT_EQ(run(), 0);
  const Json index = Json::parse(fake_.manifest("5.2"));
  EXPECT_EQ(index["mediaType"], media_type::index);
  EXPECT_EQ(index["annotations"]["org.opencontainers.image.title"], "bash");
  ASSERT_EQ(index["manifests"].size(), 2U);
  EXPECT_EQ(index["manifests"][0], (Json{{"mediaType", media_type::manifest},
                                         {"digest", manifests_[0].digest},
                                         {"size", manifests_[0].size},
                                         {"platform", {{"os", "linux"}, {"architecture", "amd64"}}}}));
  EXPECT_EQ(index["manifests"][1]["platform"], (Json{{"os", "linux"}, {"architecture", "amd64"}, {"variant", "v3"}}));
  EXPECT_EQ(fake_.manifest("latest"), fake_.manifest("5.2"));
}

TEST_F(IndexStepTest, TellsWhatItPushed) {
  ASSERT_EQ(run(), 0);
  const api::PublishResult pushed = *result().publish;
  EXPECT_EQ(pushed.digest, base::sha256_digest(fake_.manifest("latest")));
  EXPECT_EQ(pushed.size_bytes, 200);
  EXPECT_EQ(pushed.uncompressed_bytes, 600);
  EXPECT_EQ(pushed.platform, "");
  EXPECT_EQ(pushed.images, plan_.images);
  EXPECT_GT(pushed.pushed_bytes, 0);
  ASSERT_EQ(run(), 0);
  EXPECT_EQ(result().publish->digest, pushed.digest);
  EXPECT_EQ(result().publish->pushed_bytes, 0) << "it was there";
}

TEST_F(IndexStepTest, FailsForNowWhenTheRegistryHasLostAnImage) {
  plan_.images[1].digest = base::sha256_digest("gone");
  EXPECT_EQ(run(), api::exit_code::failed_by_surroundings);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::ImagePullFailed);
  EXPECT_EQ(result().failure->phase, "publish");
  EXPECT_EQ(fake_.manifest("latest"), "");
}

TEST_F(IndexStepTest, NamesTheSecretThatIsNotThere) {
  plan_.push_secret = "push";
  EXPECT_EQ(run(), api::exit_code::failed_by_input);
  EXPECT_EQ(result().failure->failure_class, api::FailureClass::RegistryAuthFailed);
  EXPECT_THAT(result().failure->message, testing::HasSubstr("there is no Secret push"));
}

TEST_F(IndexStepTest, RefusesAPlanThatIsNone) {
  plan_.images.clear();
  EXPECT_NE(run(), 0);
  EXPECT_THAT(result().failure->message, testing::HasSubstr("images must be a list of 2 to 8 images"));
}

}  // namespace
}  // namespace staves::oci
