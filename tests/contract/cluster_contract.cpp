#include "tests/contract/cluster_contract.h"

#include <atomic>
#include <thread>
#include <tuple>

#include "kube/elector.h"
#include "tests/contract/reflected.h"
#include "tests/support/manual_clock.h"

namespace staves::contract {

using base::Json;
using kube::Patch;
using kube::PatchType;
using kube::Propagation;
using kube::Removal;
using kube::WatchEventType;
using namespace std::chrono_literals;

const kube::ResourceType ClusterContract::config_maps{"", "v1", "configmaps", "ConfigMap"};

void ClusterContract::SetUp() {
  under_test_ = GetParam().get();
  ASSERT_NE(under_test_.cluster, nullptr);
  static std::atomic<int> cases{0};
  case_ = "case" + std::to_string(++cases);
}

Json ClusterContract::config_map(const std::string& name, const std::string& value) const {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", unique(name)}, {"namespace", name_space()}, {"labels", {{"case", case_}}}}},
          {"data", {{"value", value}}}};
}

Json ClusterContract::created(const std::string& name, const std::string& value) {
  auto made = cluster().create(config_maps, name_space(), config_map(name, value).dump());
  EXPECT_TRUE(made) << made.error().code << ": " << made.error().message;
  return made.value_or(Json::object());
}

namespace {

std::string version_of(const Json& object) {
  return object.at("metadata").at("resourceVersion");
}
std::string uid_of(const Json& object) {
  return object.at("metadata").at("uid");
}

Patch merge(const Json& body) {
  return {.type = PatchType::Merge, .body = body.dump()};
}

}  // namespace

TEST_P(ClusterContract, WhatWasCreatedCanBeRead) {
  const Json made = created("a");
  EXPECT_FALSE(uid_of(made).empty());
  const auto read = cluster().get(config_maps, key("a"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(version_of(*read), version_of(made));
  EXPECT_EQ(read->at("data").at("value"), "1");
}

TEST_P(ClusterContract, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(cluster().get(config_maps, key("nobody")).error().code, "NotFound");
  EXPECT_EQ(cluster().remove(config_maps, key("nobody"), {}).error().code, "NotFound");
  EXPECT_EQ(cluster().patch(config_maps, key("nobody"), merge({{"data", {{"value", "2"}}}})).error().code, "NotFound");
}

TEST_P(ClusterContract, ASecondCreationIsToldThatItExists) {
  const Json made = created("a");
  const auto again = cluster().create(config_maps, name_space(), config_map("a", "2").dump());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "AlreadyExists");
  EXPECT_EQ(again.error().retry, base::Retry::never());
  EXPECT_EQ(uid_of(*cluster().get(config_maps, key("a"))), uid_of(made));
}

TEST_P(ClusterContract, WhatIsNoObjectIsRefused) {
  const auto made = cluster().create(config_maps, name_space(),
                                     R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"UPPER"}})");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "Invalid");
  EXPECT_EQ(made.error().retry, base::Retry::when_spec_changes());
  EXPECT_NE(made.error().message.find("UPPER"), std::string::npos);
}

TEST_P(ClusterContract, AMergePatchChangesWhatItNamesAndNothingElse) {
  const Json made = created("a");
  const auto patched = cluster().patch(config_maps, key("a"), merge({{"data", {{"value", "2"}, {"more", "3"}}}}));
  ASSERT_TRUE(patched) << patched.error().message;
  EXPECT_EQ(patched->at("data"), (Json{{"value", "2"}, {"more", "3"}}));
  EXPECT_EQ(uid_of(*patched), uid_of(made));
  EXPECT_EQ(kube::compare_resource_versions(version_of(*patched), version_of(made)), std::strong_ordering::greater);
}

TEST_P(ClusterContract, APatchThatChangesNothingKeepsTheVersion) {
  const Json made = created("a");
  const auto patched = cluster().patch(config_maps, key("a"), merge({{"data", {{"value", "1"}}}}));
  ASSERT_TRUE(patched);
  EXPECT_EQ(version_of(*patched), version_of(made));
}

TEST_P(ClusterContract, AMergePatchFromAStaleVersionIsAConflict) {
  const Json made = created("a");
  const Json stale{{"metadata", {{"resourceVersion", version_of(made)}}}, {"data", {{"value", "stale"}}}};
  ASSERT_TRUE(cluster().patch(config_maps, key("a"), merge({{"data", {{"value", "2"}}}})));
  const auto patched = cluster().patch(config_maps, key("a"), merge(stale));
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().code, "Conflict");
  EXPECT_EQ(patched.error().retry, base::Retry::soon());
  EXPECT_EQ(cluster().get(config_maps, key("a"))->at("data").at("value"), "2");
}

TEST_P(ClusterContract, ARemovalWhosePreconditionsDoNotHoldIsAConflict) {
  const Json made = created("a");
  EXPECT_EQ(cluster().remove(config_maps, key("a"), {.uid = "7e2b1f0e-0000-0000-0000-000000000000"}).error().code,
            "Conflict");
  ASSERT_TRUE(cluster().patch(config_maps, key("a"), merge({{"data", {{"value", "2"}}}})));
  const Removal stale{
      .uid = uid_of(made), .resource_version = version_of(made), .propagation = Propagation::Background};
  EXPECT_EQ(cluster().remove(config_maps, key("a"), stale).error().code, "Conflict");
  EXPECT_TRUE(cluster().get(config_maps, key("a")));
  EXPECT_TRUE(cluster().remove(config_maps, key("a"), {.uid = uid_of(made)}));
  EXPECT_EQ(cluster().get(config_maps, key("a")).error().code, "NotFound");
}

TEST_P(ClusterContract, ServerSideApplyMakesAndKeepsAndIsIdempotent) {
  const Patch apply{.type = PatchType::Apply, .body = config_map("a").dump()};
  const auto first = cluster().patch(config_maps, key("a"), apply);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = cluster().patch(config_maps, key("a"), apply);
  ASSERT_TRUE(second);
  EXPECT_EQ(version_of(*first), version_of(*second));
}

TEST_P(ClusterContract, AListComesInPagesAndSaysWhereAWatchGoesOn) {
  for (const char* name : {"a", "b", "c", "d", "e"}) created(name);
  std::vector<std::string> names;
  kube::ListQuery query{.name_space = name_space(), .label_selector = selector(), .limit = 2};
  std::string version;
  int pages = 0;
  do {
    const auto page =
        cluster().list(config_maps, query, [&](const Json& item) { names.push_back(item.at("metadata").at("name")); });
    ASSERT_TRUE(page) << page.error().message;
    version = page->resource_version;
    query.continue_token = page->continue_token;
    ++pages;
  } while (!query.continue_token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(names, (std::vector<std::string>{unique("a"), unique("b"), unique("c"), unique("d"), unique("e")}));
  EXPECT_FALSE(version.empty());
}

TEST_P(ClusterContract, AWatchTellsWhatHappenedSinceItsVersionAndEndsWhenToldTo) {
  const Json before = created("a");
  const Json after = created("b");
  ASSERT_TRUE(cluster().patch(config_maps, key("a"), merge({{"data", {{"value", "2"}}}})));
  ASSERT_TRUE(cluster().remove(config_maps, key("a"), {}));
  std::vector<std::pair<WatchEventType, std::string>> events;
  const kube::WatchQuery query{
      .name_space = name_space(), .label_selector = selector(), .resource_version = version_of(before), .timeout = 20s};
  const auto ended = cluster().watch(config_maps, query, [&](WatchEventType type, const Json& object) {
    if (type == WatchEventType::Bookmark) return true;
    events.emplace_back(type, object.at("metadata").at("name"));
    return events.size() < 3;
  });
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(events, (std::vector<std::pair<WatchEventType, std::string>>{{WatchEventType::Added, unique("b")},
                                                                         {WatchEventType::Modified, unique("a")},
                                                                         {WatchEventType::Deleted, unique("a")}}));
}

TEST_P(ClusterContract, AWatchOfOneNameTellsOfNothingElse) {
  const Json first = created("a");
  created("b");
  ASSERT_TRUE(
      cluster().patch(config_maps, key("a"), {.type = kube::PatchType::Merge, .body = R"({"data":{"v":"2"}})"}));
  std::vector<std::string> names;
  const kube::WatchQuery query{.name_space = name_space(),
                               .field_selector = "metadata.name=" + unique("a"),
                               .resource_version = first["metadata"]["resourceVersion"],
                               .timeout = 5s};
  const auto ended = cluster().watch(config_maps, query, [&](WatchEventType type, const Json& object) {
    if (type == WatchEventType::Bookmark) return true;
    names.push_back(object["metadata"]["name"]);
    return false;
  });
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(names, std::vector<std::string>{unique("a")});
}

TEST_P(ClusterContract, WhatLeavesTheSelectorOfAWatchIsDeletedForItAndWhatEntersIsNew) {
  const Json made = created("a");
  const std::string label = made.at("metadata").at("labels").at("case");
  const auto patched = [&](const Json& body) {
    const auto answer = cluster().patch(config_maps, key("a"), merge(body));
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? version_of(*answer) : std::string();
  };
  const auto labelled = [](const std::string& value) { return Json{{"metadata", {{"labels", {{"case", value}}}}}}; };
  const std::string left = patched(labelled("elsewhere"));
  patched({{"data", {{"value", "unseen"}}}});
  const std::string entered = patched(labelled(label));
  const std::string changed = patched({{"data", {{"value", "2"}}}});
  using Event = std::tuple<WatchEventType, std::string, std::string>;
  std::vector<Event> events;
  const kube::WatchQuery query{
      .name_space = name_space(), .label_selector = selector(), .resource_version = version_of(made), .timeout = 20s};
  const auto ended = cluster().watch(config_maps, query, [&](WatchEventType type, const Json& object) {
    if (type == WatchEventType::Bookmark) return true;
    EXPECT_EQ(object.at("metadata").at("name"), unique("a"));
    events.emplace_back(type, version_of(object), object.at("data").at("value"));
    return events.size() < 3;
  });
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(events, (std::vector<Event>{{WatchEventType::Deleted, left, "1"},
                                        {WatchEventType::Added, entered, "unseen"},
                                        {WatchEventType::Modified, changed, "2"}}));
}

TEST_P(ClusterContract, AWatchEndsInOrderWhenItsTimeIsUp) {
  const Json made = created("a");
  const kube::WatchQuery query{
      .name_space = name_space(), .label_selector = selector(), .resource_version = version_of(made), .timeout = 1s};
  const auto ended = cluster().watch(config_maps, query, [](WatchEventType, const Json&) { return true; });
  EXPECT_TRUE(ended) << ended.error().code << ": " << ended.error().message;
}

TEST_P(ClusterContract, AWatchEndsWhenItIsStopped) {
  const Json made = created("a");
  std::stop_source stop;
  const kube::WatchQuery query{
      .name_space = name_space(), .label_selector = selector(), .resource_version = version_of(made), .timeout = 60s};
  std::jthread watcher([&] {
    const auto ended = cluster().watch(
        config_maps, query, [&](WatchEventType, const Json&) { return stop.request_stop(); }, stop.get_token());
    EXPECT_EQ(ended ? "" : ended.error().code, "Cancelled");
  });
  created("b");
  watcher.join();
  EXPECT_TRUE(stop.stop_requested());
}

TEST_P(ClusterContract, AVersionFromTheFutureIsToldSo) {
  const auto page = cluster().list(config_maps, {.name_space = name_space(), .resource_version = "4611686018427387904"},
                                   [](const Json&) {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, "ResourceVersionTooLarge");
}

TEST_P(ClusterContract, ALeaseIsTakenRenewedLeftAndTakenOver) {
  const auto clock = std::make_shared<test::ManualClock>();
  const auto candidate = [&](const std::string& identity) {
    return kube::ElectorOptions{.lease = key("lease"), .identity = identity, .terms = {}, .on_lost = [] { FAIL(); }};
  };
  const auto record = [&] {
    return kube::parse_lease(cluster().get(kube::lease_type(), key("lease")).value_or(Json()));
  };
  kube::Elector first(candidate("first"), cluster(), clock);
  kube::Elector second(candidate("second"), cluster(), clock);
  first.attempt();
  second.attempt();
  EXPECT_TRUE(first.leads());
  EXPECT_FALSE(second.leads());
  const kube::LeaseRecord taken = record();
  EXPECT_EQ(taken.holder, "first");
  EXPECT_EQ(taken.duration, 15s);
  clock->advance(2s);
  first.attempt();
  EXPECT_TRUE(first.leads());
  EXPECT_NE(record().renew_time, taken.renew_time);
  EXPECT_EQ(record().acquire_time, taken.acquire_time);
  first.release();
  EXPECT_EQ(record().holder, "");
  second.attempt();
  EXPECT_TRUE(second.leads());
  EXPECT_EQ(record().holder, "second");
  EXPECT_EQ(record().transitions, 1);
}

TEST_P(ClusterContract, AReflectorStopsAtOnce) {
  created("a", "one");
  const auto began = std::chrono::steady_clock::now();
  {
    Reflected reflected(cluster(), {.type = config_maps, .name_space = name_space(), .label_selector = selector()});
    ASSERT_TRUE(reflected.wait_until_synced());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

}  // namespace staves::contract
