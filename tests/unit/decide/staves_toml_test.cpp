// A staves.toml and the StavesImage that the converter makes of it are the same input.
#include <gtest/gtest.h>

#include "api/staves_toml.h"
#include "decide/inputs.h"
#include "nlohmann/json.hpp"
#include "tests/support/makers.h"

namespace staves::decide {
namespace {

using base::Json;

constexpr auto shell = R"(
name = 'staves/bash'
packages = ['app-shells/bash']
command = ['/bin/bash', '-c']
['app-shells/bash']
use = ['-nls']
)";

constexpr auto service = R"(
name = 'registry.example/team/registration'
version = '7'
packages = ['=services/registration-9999', '@system']
command = ['python3', '-m', 'registration']
annotations = { 'org.opencontainers.image.source' = 'https://example.com/registration' }
[locale]
name = 'de_DE.UTF-8'
[env]
CFLAGS = "${CFLAGS} -O3"
CPU_FLAGS_X86 = "${CPU_FLAGS_X86} avx"
[env.no-cache]
FEATURES = '-buildpkg'
['=services/registration-9999']
env = ['no-cache']
keywords = ['**']
['*/*']
license = ['@FREE']
)";

api::StavesImage parsed(Json object) {
  object["metadata"].update({{"namespace", "team-a"}, {"name", "i"}, {"uid", "u"}});
  auto image = api::parse_stavesimage(object);
  EXPECT_TRUE(image && !image->invalid) << object.dump(1);
  return *std::move(image);
}

Json with_toml(const char* text, Json image) {
  return {
      {"metadata", Json::object()},
      {"spec", {{"builderRef", {{"name", "glibc"}}}, {"image", std::move(image)}, {"stavesToml", {{"inline", text}}}}}};
}

std::string digest_of_toml(const char* text, const Json& image) {
  const auto whole = api::with_staves_toml(parsed(with_toml(text, image)), text);
  EXPECT_FALSE(whole.invalid) << whole.invalid->message;
  return inputs_of(whole, *make::builder()).digest;
}

std::string digest_of_fields(const char* text, const api::StavesImageRequest& request) {
  const auto object = api::stavesimage_from_toml(text, request);
  EXPECT_TRUE(object) << object.error().message;
  return inputs_of(parsed(*object), *make::builder()).digest;
}

TEST(StavesTomlAsInput, IsThatOfTheConvertedResource) {
  for (const char* text : {shell, service}) {
    const Json image{{"repository", "registry.example/team/registration"}};
    EXPECT_EQ(digest_of_toml(text, image),
              digest_of_fields(text, {.builder_name = "glibc", .repository = image["repository"].get<std::string>()}));
  }
}

TEST(StavesTomlAsInput, IsThatOfTheConvertedResourceWithTagsOfItsOwn) {
  EXPECT_EQ(
      digest_of_toml(service, {{"repository", "registry.example/x"}, {"tags", {"a", "b"}}}),
      digest_of_fields(service, {.builder_name = "glibc", .repository = "registry.example/x", .tags = {"a", "b"}}));
}

TEST(StavesTomlAsInput, GivesWayToWhatTheResourceSaysItself) {
  Json object = with_toml(service, {{"repository", "registry.example/x"},
                                    {"tags", {"own"}},
                                    {"annotations", {{"org.opencontainers.image.version", "own"}, {"own", "own"}}}});
  object["spec"]["config"] = {{"entrypoint", {"/own"}}};
  const auto whole = api::with_staves_toml(parsed(object), service);
  ASSERT_FALSE(whole.invalid) << whole.invalid->message;
  EXPECT_EQ(whole.spec.image.tags, std::vector<std::string>{"own"});
  EXPECT_EQ(whole.spec.config.entrypoint, std::vector<std::string>{"/own"});
  EXPECT_EQ(whole.spec.image.annotations, (std::map<std::string, std::string>{
                                              {"org.opencontainers.image.source", "https://example.com/registration"},
                                              {"org.opencontainers.image.title", "registry.example/team/registration"},
                                              {"org.opencontainers.image.version", "own"},
                                              {"own", "own"}}));
  EXPECT_EQ(whole.spec.packages, (std::vector<std::string>{"=services/registration-9999", "@system"}));
}

TEST(StavesTomlAsInput, WithoutAVersionHasTheTagLatest) {
  const auto whole = api::with_staves_toml(parsed(with_toml(shell, {{"repository", "registry.example/x"}})), shell);
  EXPECT_EQ(whole.spec.image.tags, std::vector<std::string>{"latest"});
}

TEST(StavesTomlAsInput, IsNotMixedWithFieldsThatItWouldHide) {
  Json object = with_toml(shell, {{"repository", "registry.example/x"}});
  object["spec"]["makeConf"] = {{"USE", "x"}};
  const auto whole = api::with_staves_toml(parsed(object), shell);
  ASSERT_TRUE(whole.invalid);
  EXPECT_EQ(whole.invalid->message, "spec.makeConf must not be set beside spec.stavesToml");
}

}  // namespace
}  // namespace staves::decide
