#include "command/yaml_text.h"

#include "command/manifest.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace staves::command {
namespace {

using base::Json;

TEST(YamlText, ReadsAsAPersonWouldWriteIt) {
  const Json object{
      {"spec", {{"packages", {"app-shells/bash", "=net-misc/curl-8*"}}, {"suspend", false}, {"none", Json::array()}}},
      {"metadata", {{"name", "bash"}}},
      {"kind", "StavesImage"},
      {"apiVersion", "staves.dev/v1alpha1"}};
  EXPECT_EQ(yaml_text(object),
            "apiVersion: staves.dev/v1alpha1\n"
            "kind: StavesImage\n"
            "metadata:\n"
            "  name: bash\n"
            "spec:\n"
            "  none: []\n"
            "  packages:\n"
            "    - app-shells/bash\n"
            "    - \"=net-misc/curl-8*\"\n"
            "  suspend: false\n");
}

TEST(YamlText, ComesBackAsItWas) {
  const Json texts{"5.2",   "1e3",          "0x1f",  "true",     "No", "on", "~",          "",
                   "null",  "-x",           "- a",   "a: b",     "#c", "*",  "&a",         "!t",
                   " lead", "two\nlines\n", "tab\t", "quote\"s", "ü",  "a:", "2001-01-01", "${CFLAGS} -O3",
                   "\x01",  "@system"};
  const Json object{{"texts", texts}, {"number", 5}, {"list", {{{"a", 1}}, Json::object()}}, {"yes", "y"}};
  const auto back = parse_manifest(yaml_text(object));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->at(0), object) << yaml_text(object);
}

TEST(Manifest, HasSeveralDocumentsAndLists) {
  const auto objects = parse_manifest("---\na: 1\n---\nkind: StavesImageList\nitems: [{b: 'x'}, {c: 1.5}]\n---\n");
  ASSERT_TRUE(objects) << objects.error().message;
  EXPECT_EQ(*objects, (std::vector<Json>{{{"a", 1}}, {{"b", "x"}}, {{"c", 1.5}}}));
}

TEST(Manifest, RefusesWhatCannotBeMeant) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "[";
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'l'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string("*") + static_cast<char>(c - 1) + (i < 8 ? "," : "]\n");
  }
  for (const std::string& text : {std::string(), std::string("a: 1\na: 2\n"), std::string("a: [1\n"), deep, bomb,
                                  std::string("? [x]\n: y\n"), std::string(2U << 20U, 'x')}) {
    const auto objects = parse_manifest(text);
    ASSERT_FALSE(objects) << text.substr(0, 50);
    EXPECT_EQ(objects.error().code, "BadInput");
  }
}

}  // namespace
}  // namespace staves::command
