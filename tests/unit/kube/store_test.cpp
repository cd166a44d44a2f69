#include "kube/store.h"

#include <gtest/gtest.h>

#include <thread>

namespace staves::kube {
namespace {

using base::Json;

/// What a controller would keep of an object.
struct Thing {
  std::string name;
  std::string owner;
  int value = 0;
};

Result<Thing> parse_thing(const Json& object) {
  if (object.contains("poison")) return base::fail("BadThing", "it is", base::Retry::never());
  return Thing{object["metadata"]["name"], object.value("owner", ""), object.value("value", 0)};
}

Json object(const std::string& name, const std::string& version, const std::string& owner = "", int value = 0,
            const std::string& uid = "") {
  return {
      {"metadata",
       {{"name", name}, {"namespace", "ns"}, {"uid", uid.empty() ? "u-" + name : uid}, {"resourceVersion", version}}},
      {"owner", owner},
      {"value", value}};
}

/// A store that notes its changes as "+a", "-a", "a:1>2".
struct Noted {
  Noted() {
    store.add_index("owner", [](const Thing& thing) { return std::vector{thing.owner}; });
    store.on_change([this](const auto& before, const auto& after) {
      if (before == nullptr)
        changes.push_back("+" + after->name);
      else if (after == nullptr)
        changes.push_back("-" + before->name);
      else
        changes.push_back(after->name + ":" + std::to_string(before->value) + ">" + std::to_string(after->value));
    });
  }
  void replace(const std::vector<Json>& objects, const std::string& version) {
    store.begin_replace();
    for (const Json& one : objects) store.stage(one);
    store.commit_replace(version);
  }
  std::vector<std::string> taken() { return std::exchange(changes, {}); }
  Store<Thing> store{parse_thing};
  std::vector<std::string> changes;
};

std::vector<std::string> names(const std::vector<Store<Thing>::Snapshot>& things) {
  std::vector<std::string> all;
  for (const auto& thing : things) all.push_back(thing->name);
  return all;
}

TEST(Store, ReadersSeeNothingOfAListBeforeItIsWhole) {
  Noted n;
  n.store.begin_replace();
  EXPECT_TRUE(n.store.stage(object("a", "1")));
  EXPECT_EQ(n.store.size(), 0U);
  EXPECT_FALSE(n.store.synced());
  n.store.commit_replace("5");
  EXPECT_EQ(n.store.size(), 1U);
  EXPECT_TRUE(n.store.synced());
  EXPECT_EQ(n.store.resource_version(), "5");
}

TEST(Store, AListTellsOnlyWhatDiffersFromTheOneBefore) {
  Noted n;
  n.replace({object("a", "1"), object("b", "2"), object("c", "3")}, "5");
  EXPECT_EQ(n.taken(), (std::vector<std::string>{"+a", "+b", "+c"}));
  n.replace({object("a", "1"), object("c", "7", "", 9), object("d", "8")}, "9");
  EXPECT_EQ(n.taken(), (std::vector<std::string>{"-b", "c:0>9", "+d"}));
}

TEST(Store, AnUnfinishedListIsDropped) {
  Noted n;
  n.replace({object("a", "1")}, "5");
  n.store.begin_replace();
  n.store.stage(object("z", "6"));
  n.replace({object("a", "1")}, "7");
  EXPECT_EQ(names(n.store.list()), std::vector<std::string>{"a"});
}

TEST(Store, WhatIsGoneBeforeAListIsWholeIsNotInIt) {
  Noted n;
  n.replace({object("a", "1")}, "5");
  n.taken();
  n.store.begin_replace();
  EXPECT_TRUE(n.store.stage(object("a", "1")));
  EXPECT_TRUE(n.store.stage(object("b", "6")));
  EXPECT_TRUE(n.store.unstage(object("b", "7")));
  EXPECT_TRUE(n.store.unstage(object("never-seen", "8")));
  EXPECT_FALSE(n.store.unstage(Json{{"metadata", 5}}));
  n.store.commit_replace("9");
  EXPECT_TRUE(n.taken().empty());
  EXPECT_EQ(names(n.store.list()), std::vector<std::string>{"a"});
}

TEST(Store, AListThatComesAgainSharesWhatDidNotChange) {
  int parsed = 0;
  Store<Thing> store([&](const Json& thing) {
    ++parsed;
    return parse_thing(thing);
  });
  for (int i = 0; i < 2; ++i) {
    store.begin_replace();
    for (const char* name : {"a", "b"}) EXPECT_TRUE(store.stage(object(name, "1")));
    store.commit_replace("5");
  }
  EXPECT_EQ(parsed, 2);
  EXPECT_EQ(store.size(), 2U);
}

TEST(Store, EventsChangeItOneByOne) {
  Noted n;
  n.replace({}, "1");
  EXPECT_TRUE(n.store.apply(object("a", "2", "", 1)));
  EXPECT_TRUE(n.store.apply(object("a", "3", "", 2)));
  EXPECT_EQ(n.store.resource_version(), "3");
  EXPECT_TRUE(n.store.erase(object("a", "4")));
  EXPECT_EQ(n.taken(), (std::vector<std::string>{"+a", "a:1>2", "-a"}));
  EXPECT_EQ(n.store.get({"ns", "a"}), nullptr);
  n.store.advance("10");
  EXPECT_EQ(n.store.resource_version(), "10");
}

TEST(Store, TheSameVersionTwiceIsNoChange) {
  Noted n;
  n.replace({object("a", "1")}, "1");
  n.taken();
  EXPECT_TRUE(n.store.apply(object("a", "1")));
  EXPECT_TRUE(n.taken().empty());
}

TEST(Store, AnObjectMadeAnewUnderTheSameNameIsGoneAndThenNew) {
  Noted n;
  n.replace({object("a", "1", "", 0, "first")}, "1");
  n.taken();
  n.store.apply(object("a", "2", "", 0, "second"));
  EXPECT_EQ(n.taken(), (std::vector<std::string>{"-a", "+a"}));
}

TEST(Store, IndexesFollowChanges) {
  Noted n;
  n.replace({object("a", "1", "x"), object("b", "2", "x"), object("c", "3", "y")}, "3");
  EXPECT_EQ(names(n.store.find("owner", "x")), (std::vector<std::string>{"a", "b"}));
  n.store.apply(object("a", "4", "y"));
  EXPECT_EQ(names(n.store.find("owner", "x")), std::vector<std::string>{"b"});
  EXPECT_EQ(names(n.store.find("owner", "y")), (std::vector<std::string>{"a", "c"}));
  n.store.erase(object("c", "5"));
  EXPECT_EQ(names(n.store.find("owner", "y")), std::vector<std::string>{"a"});
  EXPECT_TRUE(n.store.find("owner", "z").empty());
  EXPECT_TRUE(n.store.find("nothing", "x").empty());
}

TEST(Store, WhatCannotBeReadIsRefusedAndWhatIsKnownOfItStays) {
  Noted n;
  n.replace({object("a", "1", "", 7), object("b", "1")}, "1");
  n.taken();
  Json poison = object("a", "2");
  poison["poison"] = true;
  EXPECT_FALSE(n.store.apply(poison));
  EXPECT_EQ(n.store.get({"ns", "a"})->value, 7);
  n.store.begin_replace();
  EXPECT_FALSE(n.store.stage(poison));
  EXPECT_FALSE(n.store.stage(Json{{"metadata", 5}}));
  n.store.commit_replace("3");
  EXPECT_EQ(n.taken(), std::vector<std::string>{"-b"});
  EXPECT_EQ(n.store.get({"ns", "a"})->value, 7);
}

TEST(Store, ASnapshotStaysAsItWasRead) {
  Noted n;
  n.replace({object("a", "1", "", 1)}, "1");
  const auto before = n.store.get({"ns", "a"});
  n.store.apply(object("a", "2", "", 2));
  EXPECT_EQ(before->value, 1);
}

TEST(Store, WhoWaitsForTheFirstListIsWokenByItOrByTheStop) {
  Noted n;
  std::jthread waits([&](std::stop_token stop) { EXPECT_TRUE(n.store.wait_until_synced(stop)); });
  n.replace({}, "1");
  waits.join();
  Store<Thing> never(parse_thing);
  std::jthread gives_up([&](std::stop_token stop) { EXPECT_FALSE(never.wait_until_synced(stop)); });
  gives_up.request_stop();
}

}  // namespace
}  // namespace staves::kube
