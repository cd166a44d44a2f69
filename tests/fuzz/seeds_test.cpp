#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "gtest/gtest.h"
#include "support/source_dir.h"
#include "tests/fuzz/target.h"

namespace staves::fuzz {

namespace {

/// Texts that have broken parsers elsewhere.
std::vector<std::string> bombs() {
  constexpr std::size_t many = 200'000;
  std::string objects;
  for (std::size_t i = 0; i < many / 5; ++i) objects += R"({"a":)";
  std::string in_a_list = R"({"metadata":{"resourceVersion":"1"},"items":[{"a":)";
  return {std::string(many, '['),
          std::string(many, '[') + std::string(many, ']'),
          objects,
          in_a_list + std::string(many, '[') + std::string(many, ']') + "}]}",
          std::string(many, '{'),
          std::string(many, '-') + "\n",
          "a: &a [*a,*a]",
          std::string(many, '"'),
          R"({"auths":)" + std::string(many, '['),
          "[" + std::string(many, '9') + "]",
          "1e999999999",
          "\"\\ud800\"",
          std::string(1000, '\0'),
          std::string("\xff\xfe\x00\x00", 4),
          std::string(17U << 20U, ' ') + "{}"};
}

class Seeds : public testing::TestWithParam<Target> {};

TEST_P(Seeds, AreStood) {
  const auto folder = source_dir() / "tests/fuzz/seeds" / GetParam().name;
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto bytes = base::read_file(file.path());
    ASSERT_TRUE(bytes) << file.path();
    GetParam().run(*bytes);
    ++count;
  }
  EXPECT_GT(count, 0) << folder;
}

TEST_P(Seeds, BombsAreStood) {
  for (const std::string& bomb : bombs()) GetParam().run(bomb);
}

std::vector<Target> sorted_targets() {
  std::vector<Target> all = targets();
  std::ranges::sort(all, {}, &Target::name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Of, Seeds, testing::ValuesIn(sorted_targets()),
                         [](const auto& target) { return target.param.name; });

}  // namespace

}  // namespace staves::fuzz
