#include "decide/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace staves::decide {
namespace {

using api::Change;
using base::Json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Change> changes(const char* was, const char* is) {
  return changes_between(Json::parse(was), Json::parse(is), "");
}

TEST(Changes, OfEqualValuesAreNone) {
  EXPECT_THAT(changes(R"({"a":[1]})", R"({"a":[1]})"), IsEmpty());
}

TEST(Changes, ShowWhatIsNotThereAsNullAndAMissingListAsEmpty) {
  EXPECT_THAT(changes(R"({"a":1})", R"({"b":["x"]})"),
              ElementsAre(Change{"a", "1", "null"}, Change{"b", "[]", R"(["x"])"}));
}

TEST(Changes, CompareKeyedItemsByTheirKey) {
  EXPECT_THAT(changes(R"({"e":[{"name":"one","v":1},{"name":"two","v":2}]})", R"({"e":[{"name":"two","v":3}]})"),
              ElementsAre(Change{"e[two].v", "2", "3"}, Change{"e[one].v", "1", "null"}));
}

TEST(Changes, ShowTheWholeListWhenOnlyItsOrderDiffers) {
  EXPECT_THAT(changes(R"({"e":[{"name":"a"},{"name":"b"}]})", R"({"e":[{"name":"b"},{"name":"a"}]})"),
              ElementsAre(Change{"e", R"([{"name":"a"},{"name":"b"}])", R"([{"name":"b"},{"name":"a"}])"}));
}

TEST(Changes, ShowAListWithTheSameKeyTwiceWhole) {
  EXPECT_THAT(changes(R"([{"atom":"a","v":1},{"atom":"a","v":2}])", R"([{"atom":"a","v":1}])"), SizeIs(1));
}

TEST(Changes, CutLongValuesAndLongLists) {
  Json was = Json::object();
  for (int i = 0; i < 40; ++i) was["key" + std::to_string(i)] = std::string(1000, 'x');
  const auto found = changes_between(was, Json::object(), "makeConf");
  ASSERT_THAT(found, SizeIs(16));
  EXPECT_LE(found[0].was.size(), 256U);
  EXPECT_TRUE(found[0].was.ends_with("...")) << found[0].was;
}

}  // namespace
}  // namespace staves::decide
