#include "kube/list_document.h"

#include <gtest/gtest.h>

namespace staves::kube {
namespace {

struct Read {
  Result<ListPage> page;
  std::vector<Json> items;
};

Read read(const std::string& text) {
  Read result{ListPage{}, {}};
  result.page = read_list(text, [&](const Json& item) { result.items.push_back(item); });
  return result;
}

TEST(ListDocument, ItemsComeOneByOneWithAllTheyHave) {
  const auto result = read(R"({"kind":"PodList","metadata":{"resourceVersion":"7","continue":"next","x":{"items":{}}},
    "items":[{"metadata":{"name":"a"},"spec":{"items":[{"key":"k"}]}},{"metadata":{"name":"b"}}]})");
  ASSERT_TRUE(result.page);
  EXPECT_EQ(result.page->resource_version, "7");
  EXPECT_EQ(result.page->continue_token, "next");
  EXPECT_EQ(result.page->unreadable, 0U);
  ASSERT_EQ(result.items.size(), 2U);
  EXPECT_EQ(result.items[0], Json::parse(R"({"metadata":{"name":"a"},"spec":{"items":[{"key":"k"}]}})"));
  EXPECT_EQ(result.items[1]["metadata"]["name"], "b");
}

TEST(ListDocument, TheOrderOfItsMembersDoesNotMatter) {
  const auto result = read(R"({"items":[{"a":1}],"metadata":{"resourceVersion":"7"}})");
  ASSERT_TRUE(result.page);
  EXPECT_EQ(result.items.size(), 1U);
}

TEST(ListDocument, AnEmptyListIsAList) {
  EXPECT_TRUE(read(R"({"metadata":{"resourceVersion":"7"},"items":[]})").page);
  EXPECT_TRUE(read(R"({"metadata":{"resourceVersion":"7"},"items":null})").page);
}

TEST(ListDocument, ADepthBombIsLeftOutAndItsNeighboursAreRead) {
  const std::string bomb = R"({"a":)" + std::string(50'000, '[') + std::string(50'000, ']') + "}";
  const auto result = read(R"({"metadata":{"resourceVersion":"7"},"items":[{"n":1},)" + bomb + R"(,{"n":3}]})");
  ASSERT_TRUE(result.page);
  EXPECT_EQ(result.page->unreadable, 1U);
  ASSERT_EQ(result.items.size(), 2U);
  EXPECT_EQ(result.items[1]["n"], 3);
}

TEST(ListDocument, ItemsThatAreNoObjectsAreCounted) {
  const auto result = read(R"({"metadata":{"resourceVersion":"7"},"items":[5,{"n":1},null,"x"]})");
  ASSERT_TRUE(result.page);
  EXPECT_EQ(result.page->unreadable, 3U);
  EXPECT_EQ(result.items.size(), 1U);
}

TEST(ListDocument, ATextThatIsCutShortIsNoList) {
  const std::string text = R"({"metadata":{"resourceVersion":"7"},"items":[{"n":1}]})";
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto result = read(text.substr(0, length));
    ASSERT_FALSE(result.page) << length;
    EXPECT_EQ(result.page.error().code, "MalformedJson");
    EXPECT_EQ(result.page.error().retry, base::Retry::soon());
  }
}

TEST(ListDocument, WithoutAVersionItIsNoList) {
  EXPECT_FALSE(read(R"({"metadata":{},"items":[]})").page);
  EXPECT_FALSE(read(R"({"items":[]})").page);
  EXPECT_FALSE(read(R"([])").page);
}

}  // namespace
}  // namespace staves::kube
