#include "base/json.h"

#include "gtest/gtest.h"

namespace staves::base {
namespace {

TEST(Json, RefusesWhatIsNoJson) {
  for (const auto* text : {"", "{", "{\"a\":1}x", "\xff"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, "MalformedJson");
  }
}

TEST(Json, RefusesDepthBeforeItBecomesStack) {
  const std::string deep(100'000, '[');
  const auto value = parse_json(deep);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, "JsonTooLarge");
  EXPECT_TRUE(parse_json("[[[1]]]", {.depth = 3}));
  EXPECT_FALSE(parse_json("[[[1]]]", {.depth = 2}));
}

TEST(Json, RefusesMoreBytesThanAllowed) {
  EXPECT_TRUE(parse_json("[1,2]", {.bytes = 5}));
  const auto value = parse_json("[1,2]", {.bytes = 4});
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, "JsonTooLarge");
}

TEST(Json, EqualValuesHaveOneText) {
  const auto left = parse_json(R"({"b": [1, 2], "a": {"y": null, "x": "ü"}})");
  const auto right = parse_json(R"({"a":{"x":"\u00fc","y":null},"b":[1,2]})");
  ASSERT_TRUE(left && right);
  EXPECT_EQ(to_canonical_json(*left), to_canonical_json(*right));
  EXPECT_EQ(to_canonical_json(*left), R"({"a":{"x":"ü","y":null},"b":[1,2]})");
}

TEST(Json, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(to_canonical_json(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

TEST(MergePatch, HasOnlyWhatDiffers) {
  const Json from = {{"same", 1}, {"gone", 2}, {"inner", {{"a", 1}, {"b", 2}}}, {"list", {1, 2}}};
  const Json to = {{"same", 1}, {"inner", {{"a", 1}, {"b", 3}}}, {"list", {2}}, {"fresh", {{"x", 1}}}};
  const Json patch = merge_patch_between(from, to);
  EXPECT_EQ(patch, (Json{{"gone", nullptr}, {"inner", {{"b", 3}}}, {"list", {2}}, {"fresh", {{"x", 1}}}}));
  Json applied = from;
  applied.merge_patch(patch);
  EXPECT_EQ(applied, to);
  EXPECT_EQ(merge_patch_between(to, to), Json::object());
}

}  // namespace
}  // namespace staves::base
