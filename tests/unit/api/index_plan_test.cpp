#include "api/index_plan.h"

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

using base::Json;

IndexPlan full_plan() {
  IndexPlan plan;
  plan.image_namespace = "team-a";
  plan.image_name = "bash";
  plan.number = 3;
  plan.attempt = 2;
  plan.inputs_digest = "sha256:" + std::string(64, 'a');
  plan.target.repository = "registry.example/team-a/bash";
  plan.target.tags = {"5.2", "latest"};
  plan.target.annotations = {{"org.opencontainers.image.title", "bash"}};
  plan.images = {{.platform = platform_of("linux/amd64"),
                  .digest = "sha256:" + std::string(64, '1'),
                  .size_bytes = 10,
                  .uncompressed_bytes = 30},
                 {.platform = platform_of("linux/amd64/v3"),
                  .digest = "sha256:" + std::string(64, '2'),
                  .size_bytes = 11,
                  .uncompressed_bytes = 0}};
  plan.insecure_registries = {"registry.example"};
  plan.push_secret = "push";
  return plan;
}

std::string message(const Json& json) {
  const auto read = parse_index_plan(json.dump());
  return read ? std::string("accepted") : read.error().code + ": " + read.error().message;
}

TEST(IndexPlan, SurvivesBeingWritten) {
  EXPECT_EQ(parse_index_plan(to_json(full_plan())), full_plan());
}

TEST(IndexPlan, NamesTheFieldThatIsWrong) {
  const Json good = Json::parse(to_json(full_plan()));
  EXPECT_EQ(message(good), "accepted");
  Json one = good;
  one["images"].erase(1);
  EXPECT_EQ(message(one), "InvalidPlan: images must be a list of 2 to 8 images");
  Json tag = good;
  tag["images"][1]["digest"] = "latest";
  EXPECT_EQ(message(tag), "InvalidPlan: images[1].digest must be a sha256 digest");
  Json strange = good;
  strange["images"][0]["platform"] = "linux/vax";
  EXPECT_EQ(message(strange), "InvalidPlan: images[0].platform must be a platform such as linux/amd64");
  Json numberless = good;
  numberless.erase("number");
  EXPECT_EQ(message(numberless), "InvalidPlan: number must be an integer of at least 1");
}

}  // namespace
}  // namespace staves::api
