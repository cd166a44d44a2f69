// Bad input, each piece in a file of its own with what it is refused with beside it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include "api/staves_toml.h"
#include "api/stavesbuilder.h"
#include "api/stavesimage.h"
#include "base/files.h"
#include "nlohmann/json.hpp"
#include "support/source_dir.h"

namespace staves::api {
namespace {

using base::Json;
using std::filesystem::path;

std::vector<path> files_of(const char* folder, const char* extension) {
  std::vector<path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / "tests/corpus" / folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string text_of(const path& file) {
  return base::read_file(file).value_or("");
}

/// Compares with NAME.error, or writes it.
void expect_written(const path& file, const std::string& refusal) {
  const path beside = path(file).replace_extension(".error");
  if (std::getenv("STAVES_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(beside) << refusal << '\n';
    return;
  }
  EXPECT_EQ(refusal + "\n", text_of(beside)) << file << ": hack/update-golden rewrites it";
}

void skip_when_rewritten() {
  if (std::getenv("STAVES_REWRITE_GOLDEN") != nullptr) GTEST_SKIP() << "rewritten, not compared: tests/corpus";
}

TEST(CorpusGolden, StavesTomlsAreRefusedWithLineAndColumnAsWrittenDown) {
  const std::regex place("line [1-9][0-9]*, column [1-9][0-9]*: [^\\n]+");
  const auto files = files_of("toml", ".toml");
  EXPECT_GT(files.size(), 200U);
  for (const path& file : files) {
    const auto spec = parse_staves_toml(text_of(file));
    ASSERT_FALSE(spec) << file << " is accepted: " << spec->dump();
    EXPECT_TRUE(std::regex_match(spec.error().message, place)) << file << ": " << spec.error().message;
    EXPECT_LT(spec.error().message.size(), 600U) << file;
    expect_written(file, spec.error().message);
  }
  skip_when_rewritten();
}

/// What a manifest is refused with by the operator itself, also if an API server let it pass.
std::string refusal_of(Json manifest) {
  manifest["metadata"].update({{"namespace", "team-a"}, {"uid", "u"}});
  if (manifest["kind"] == "StavesBuilder") {
    const auto builder = parse_stavesbuilder(manifest);
    if (!builder) return builder.error().message;
    return builder->invalid ? builder->invalid->message : "accepted";
  }
  auto image = parse_stavesimage(manifest);
  if (!image) return image.error().message;
  if (!image->invalid && image->spec.staves_toml) {
    *image = with_staves_toml(*image, image->spec.staves_toml->inline_text);
  }
  return image->invalid ? image->invalid->message : "accepted";
}

TEST(CorpusGolden, ManifestsAreRefusedWithThePathOfTheFieldAsWrittenDown) {
  const std::regex field("spec[\\[\\].A-Za-z0-9?=/_$\" -]*(, line [0-9]+, column [0-9]+:)? [^\\n]+");
  const auto files = files_of("manifests", ".json");
  EXPECT_GT(files.size(), 100U);
  for (const path& file : files) {
    const auto manifest = base::parse_json(text_of(file));
    ASSERT_TRUE(manifest) << file;
    const std::string refusal = refusal_of(*manifest);
    EXPECT_TRUE(std::regex_match(refusal, field)) << file << ": " << refusal;
    expect_written(file, refusal);
  }
  skip_when_rewritten();
}

}  // namespace
}  // namespace staves::api
