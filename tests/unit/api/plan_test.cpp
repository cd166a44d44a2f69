#include "api/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "nlohmann/json.hpp"

namespace staves::api {
namespace {

using testing::HasSubstr;

const std::string pinned = "registry.example:5000/stage3@sha256:" + std::string(64, 'a');

/// A plan in which every member differs from its default.
Plan full_plan() {
  Plan plan;
  plan.image_namespace = "team-a";
  plan.image_name = "bash";
  plan.number = 12;
  plan.attempt = 2;
  plan.inputs_digest = "sha256:" + std::string(64, 'b');
  plan.stage3 = pinned;
  plan.tree = {.image = pinned, .location = "/staves/trees/aaaa", .fetch = true};
  plan.packages = {"app-shells/bash", "@system"};
  plan.builder_portage.make_conf = {{"CFLAGS", "-O2 -pipe"}};
  plan.image_portage = {.package_config = {{.atom = "app-shells/bash",
                                            .use = {"-nls"},
                                            .keywords = {"~amd64"},
                                            .license = {"GPL-3"},
                                            .env = {"slow"},
                                            .mask = true,
                                            .unmask = true}},
                        .make_conf = {{"CFLAGS", "${CFLAGS} -O3"}},
                        .environments = {{.name = "slow", .make_conf = {{"MAKEOPTS", "-j1"}}}}};
  plan.profile = "default/linux/amd64/23.0";
  plan.mirrors = {"https://mirror.example/gentoo"};
  plan.locale = {.name = "de_DE.UTF-8", .charset = "ISO-8859-15"};
  plan.test = {.command = {"/bin/true", ""}, .timeout_seconds = 5};
  plan.toolchain_libraries = {.mode = ToolchainMode::Never, .include = {"libgomp.so.1"}};
  plan.target = {.repository = "registry.example/team-a/bash",
                 .tags = {"5.2"},
                 .annotations = {{"a", "b"}},
                 .labels = {{"c", "d"}},
                 .compression = Compression::Zstd,
                 .package_database = PackageDatabase::Full,
                 .keep = {.headers = true, .documents = false, .translations = true, .portage_state = true}};
  plan.config = {.entrypoint = {"/bin/bash"},
                 .cmd = {"-c"},
                 .env = {{"Z", "1"}, {"A", ""}},
                 .user = "1000:1000",
                 .working_dir = "/tmp",
                 .exposed_ports = {"80/tcp"},
                 .volumes = {"/data"},
                 .stop_signal = "SIGINT"};
  plan.insecure_registries = {"registry.example:5000"};
  plan.unless = {.packages = "sha256:" + std::string(64, 'd'), .image = "sha256:" + std::string(64, 'e')};
  plan.push_secret = "registry";
  plan.cache_max_bytes = 1;
  return plan;
}

std::string without(const std::string& json, const std::string& member) {
  auto document = base::Json::parse(json);
  document.erase(member);
  return document.dump();
}

std::string with(const std::string& json, const std::string& member, const base::Json& value) {
  auto document = base::Json::parse(json);
  document[member] = value;
  return document.dump();
}

TEST(Plan, ReadsBackWhatItWrote) {
  const auto read = parse_plan(to_json(full_plan()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, full_plan());
}

TEST(Plan, FillsInDefaultsOfWhatIsNotThere) {
  const std::string shortest = R"({"namespace":"n","name":"i","number":1,"packages":["a/b"],"stage3":")" + pinned +
                               R"(","tree":{"image":")" + pinned +
                               R"(","location":"/var/db/repos/gentoo"},"image":{"repository":"r.example/i"}})";
  const auto read = parse_plan(shortest);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->attempt, 1);
  EXPECT_EQ(read->target.tags, std::vector<std::string>{"latest"});
  EXPECT_EQ(read->toolchain_libraries.mode, ToolchainMode::Auto);
  EXPECT_FALSE(read->tree.fetch);
  EXPECT_EQ(read->push_secret, "");
}

TEST(Plan, NamesTheFieldThatIsWrong) {
  const std::string good = to_json(full_plan());
  const auto message = [](const std::string& json) {
    const auto read = parse_plan(json);
    return read ? std::string("accepted") : read.error().code + ": " + read.error().message;
  };
  EXPECT_EQ(message("{"), "InvalidPlan: the text is not JSON");
  EXPECT_EQ(message("[]"), "InvalidPlan: the document must be an object");
  EXPECT_EQ(message(without(good, "name")), "InvalidPlan: name must be set");
  EXPECT_EQ(message(with(good, "number", 0)), "InvalidPlan: number must be an integer of at least 1");
  EXPECT_EQ(message(with(good, "number", nullptr)), "InvalidPlan: number must be an integer of at least 1");
  EXPECT_EQ(message(with(good, "number", 18446744073709551615ULL)),
            "InvalidPlan: number must be an integer of at least 1");
  EXPECT_EQ(message(with(good, "stage3", "gentoo/stage3:latest")), "InvalidPlan: stage3 must be a reference by digest");
  EXPECT_EQ(message(with(good, "packages", base::Json::array())),
            "InvalidPlan: packages must be a list of 1 to 256 atoms");
  EXPECT_EQ(message(with(good, "packages", {1})), "InvalidPlan: packages must be a list of strings");
  EXPECT_EQ(message(with(good, "imagePortage", {{"packageConfig", {{{"use", {"x"}}}}}})),
            "InvalidPlan: imagePortage.packageConfig[0].atom must be set");
  EXPECT_EQ(message(with(good, "imagePortage", {{"makeConf", {{"CFLAGS", 1}}}})),
            "InvalidPlan: imagePortage.makeConf[CFLAGS] must be a string");
  EXPECT_EQ(message(with(good, "image", {{"repository", "r.example/i"}, {"compression", "xz"}})),
            "InvalidPlan: image.compression must be one of gzip, zstd");
  EXPECT_EQ(message(with(good, "tree", {{"image", pinned}, {"location", "trees/x"}})),
            "InvalidPlan: tree.location must be an absolute path");
  EXPECT_THAT(message(std::string(300U << 10U, ' ')), HasSubstr("InvalidPlan: the JSON text has"));
}

TEST(Plan, SurvivesEveryTruncationOfItsText) {
  const std::string good = to_json(full_plan());
  for (std::size_t size = 0; size < good.size(); size += 3) EXPECT_FALSE(parse_plan(good.substr(0, size)));
}

TEST(PortageSettings, MissAnEnvironmentThatNeitherTheImageNorItsBuilderHas) {
  PortageSettings image;
  image.package_config = {{.atom = "a/b", .use = {}, .keywords = {}, .license = {}, .env = {"own", "shared"}}};
  image.environments = {{.name = "own", .make_conf = {}}};
  PortageSettings builder;
  EXPECT_EQ(missing_environment(image, builder),
            "spec.packageConfig[a/b].env must name an environment of this object or of its builder, not shared");
  builder.environments = {{.name = "shared", .make_conf = {}}};
  EXPECT_EQ(missing_environment(image, builder), "");
}

}  // namespace
}  // namespace staves::api
