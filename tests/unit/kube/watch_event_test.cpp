#include "kube/watch_event.h"

#include <gtest/gtest.h>

namespace staves::kube {
namespace {

struct Seen {
  std::optional<WatchEventType> type;
  Json object;
  Result<bool> result = false;
};

Seen deliver(std::string_view line, bool wants_more = true) {
  Seen seen;
  seen.result = deliver_watch_event(line, [&](WatchEventType type, const Json& object) {
    seen.type = type;
    seen.object = object;
    return wants_more;
  });
  return seen;
}

TEST(WatchEvent, EveryTypeIsHandedOverWithItsObject) {
  EXPECT_EQ(deliver(R"({"type":"ADDED","object":{"a":1}})").type, WatchEventType::Added);
  EXPECT_EQ(deliver(R"({"type":"MODIFIED","object":{}})").type, WatchEventType::Modified);
  EXPECT_EQ(deliver(R"({"type":"DELETED","object":{}})").type, WatchEventType::Deleted);
  const Seen bookmark = deliver(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})");
  EXPECT_EQ(bookmark.type, WatchEventType::Bookmark);
  EXPECT_EQ(bookmark.object["metadata"]["resourceVersion"], "9");
}

TEST(WatchEvent, WhatTheReaderWantsIsPassedOn) {
  EXPECT_EQ(deliver(R"({"type":"ADDED","object":{}})", false).result, false);
  EXPECT_EQ(deliver(R"({"type":"ADDED","object":{}})", true).result, true);
}

TEST(WatchEvent, AnErrorEventIsTheErrorOfItsStatus) {
  const Seen seen = deliver(
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}})");
  ASSERT_FALSE(seen.result);
  EXPECT_EQ(seen.result.error().code, "Expired");
  EXPECT_FALSE(seen.type);
}

TEST(WatchEvent, WhatIsNoEventIsUnreadableAndNotTheEnd) {
  const std::string bomb =
      R"({"type":"ADDED","object":{"a":)" + std::string(20'000, '[') + std::string(20'000, ']') + "}}";
  for (const std::string& line :
       {std::string("no json"), std::string("[]"), std::string("null"), std::string("{}"),
        std::string(R"({"type":5,"object":{}})"), std::string(R"({"type":"ADDED"})"),
        std::string(R"({"type":"ADDED","object":[]})"), std::string(R"({"type":"RENAMED","object":{}})"), bomb}) {
    const Seen seen = deliver(line);
    EXPECT_EQ(seen.type, WatchEventType::Unreadable) << line.substr(0, 60);
    EXPECT_EQ(seen.result, true);
  }
}

}  // namespace
}  // namespace staves::kube
