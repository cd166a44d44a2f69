#include "kube/initial_events.h"

#include "tests/contract/cluster_contract.h"
#include "tests/contract/reflected.h"

namespace staves::contract {

using base::Json;
using kube::WatchEventType;
using namespace std::chrono_literals;

namespace {

kube::Patch new_value(const char* value) {
  return {.type = kube::PatchType::Merge, .body = Json{{"data", {{"value", value}}}}.dump()};
}

/// How a server says that it streams no lists.
void expect_refusal(kube::Cluster& cluster, const kube::ResourceType& type, const std::string& name_space) {
  const kube::WatchQuery query{.name_space = name_space, .timeout = 20s, .initial_events = true};
  const auto ended = cluster.watch(type, query, [](WatchEventType, const Json&) { return false; });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, "Invalid") << ended.error().message;
}

}  // namespace

TEST_P(ClusterContract, AWatchFromNothingIsRefusedOrTellsWhatIsThereThenThatThisWasAllAndThenWhatHappens) {
  if (!streams_lists()) return expect_refusal(cluster(), config_maps, name_space());
  created("a");
  created("b");
  std::vector<std::string> told;
  const kube::WatchQuery query{
      .name_space = name_space(), .label_selector = selector(), .timeout = 20s, .initial_events = true};
  const auto ended = cluster().watch(config_maps, query, [&](WatchEventType type, const Json& object) {
    if (type == WatchEventType::Bookmark) {
      if (!kube::ends_initial_events(object)) return true;
      EXPECT_FALSE(object.at("metadata").at("resourceVersion").get<std::string>().empty());
      told.emplace_back("all");
      created("c");
      return true;
    }
    EXPECT_EQ(type, WatchEventType::Added);
    told.push_back(object.at("metadata").at("name"));
    return told.size() < 4;
  });
  EXPECT_TRUE(ended) << ended.error().code << ": " << ended.error().message;
  ASSERT_EQ(told.size(), 4U);
  std::ranges::sort(told.begin(), told.begin() + 2);
  EXPECT_EQ(told, (std::vector<std::string>{unique("a"), unique("b"), "all", unique("c")}));
}

TEST_P(ClusterContract, AWatchGoesOnFromTheEndOfWhatWasThereWhereListsAreStreamed) {
  if (!streams_lists()) return expect_refusal(cluster(), config_maps, name_space());
  created("a");
  std::string version;
  kube::WatchQuery query{
      .name_space = name_space(), .label_selector = selector(), .timeout = 20s, .initial_events = true};
  ASSERT_TRUE(cluster().watch(config_maps, query, [&](WatchEventType type, const Json& object) {
    const bool is_end = type == WatchEventType::Bookmark && kube::ends_initial_events(object);
    if (is_end) version = object.at("metadata").at("resourceVersion");
    return !is_end;
  }));
  ASSERT_FALSE(version.empty());
  ASSERT_TRUE(cluster().patch(config_maps, key("a"), new_value("2")));
  query.initial_events = false;
  query.resource_version = version;
  std::vector<std::string> values;
  EXPECT_TRUE(cluster().watch(config_maps, query, [&](WatchEventType type, const Json& object) {
    if (type == WatchEventType::Bookmark) return true;
    EXPECT_EQ(type, WatchEventType::Modified);
    values.push_back(object.at("data").at("value"));
    return false;
  }));
  EXPECT_EQ(values, std::vector<std::string>{"2"});
}

TEST_P(ClusterContract, AReflectorKeepsAStoreEqualToTheServerByAStreamAndByPages) {
  for (const bool streams : {true, false}) {
    const std::string name = streams ? "streamed" : "paged";
    created(name, "one");
    {
      Reflected reflected(
          cluster(),
          {.type = config_maps, .name_space = name_space(), .label_selector = selector(), .stream_lists = streams});
      ASSERT_TRUE(reflected.wait_until_synced());
      EXPECT_EQ(reflected.store().get(key(name))->value, "one");
      created("b", "two");
      ASSERT_TRUE(cluster().patch(config_maps, key(name), new_value("three")));
      ASSERT_TRUE(cluster().remove(config_maps, key("b"), {}));
      EXPECT_EQ(reflected.changes(4), (std::vector<std::string>{"+one", "+two", "one>three", "-two"}));
      EXPECT_EQ(reflected.store().size(), 1U);
      EXPECT_EQ(reflected.store().get(key(name))->value, "three");
      EXPECT_EQ(reflected.counts().lists, 1U);
      EXPECT_EQ(reflected.counts().streamed, streams && streams_lists() ? 1U : 0U);
      EXPECT_EQ(reflected.counts().skipped, 0U);
    }
    ASSERT_TRUE(cluster().remove(config_maps, key(name), {}));
  }
}

}  // namespace staves::contract
