#include "kube/initial_events.h"
#include "tests/contract/cluster_contract.h"
#include "tests/contract/reflected.h"

namespace staves::contract {

using base::Json;
using kube::WatchEventType;
using namespace std::chrono_literals;

namespace {

const kube::ResourceType secrets{"", "v1", "secrets", "Secret"};

/// What a store keeps of an object of which it sees only the metadata.
base::Result<Value> parse_metadata(const Json& object) {
  EXPECT_FALSE(object.contains("data"));
  return Value{object.at("metadata").at("name"), object.at("metadata").at("labels").value("mark", "none")};
}

}  // namespace

TEST_P(ClusterContract, AListOfMetadataOnlyHasNoContent) {
  const Json made = created("a");
  std::vector<Json> items;
  const auto page = cluster().list(
      config_maps, {.name_space = name_space(), .label_selector = selector(), .limit = 10, .metadata_only = true},
      [&](const Json& item) { items.push_back(item); });
  ASSERT_TRUE(page) << page.error().code << ": " << page.error().message;
  EXPECT_FALSE(page->resource_version.empty());
  ASSERT_EQ(items.size(), 1U);
  EXPECT_FALSE(items[0].contains("data"));
  EXPECT_EQ(items[0].value("kind", kube::partial_metadata_kind), kube::partial_metadata_kind);
  for (const char* member : {"name", "uid", "resourceVersion", "labels"}) {
    EXPECT_EQ(items[0].at("metadata").at(member), made.at("metadata").at(member)) << member;
  }
}

TEST_P(ClusterContract, AWatchOfMetadataOnlyHasNoContentAndItsBookmarksAreOfThatKindAsWell) {
  const Json before = created("before");
  ASSERT_TRUE(cluster().remove(config_maps, key("before"), {}));
  const Json made = created("a");
  kube::WatchQuery query{.name_space = name_space(),
                         .label_selector = selector(),
                         .timeout = 20s,
                         .initial_events = streams_lists(),
                         .metadata_only = true};
  // A server that streams no lists tells what happened since, and sends its bookmarks a minute apart.
  if (!streams_lists()) query.resource_version = before.at("metadata").at("resourceVersion");
  std::vector<WatchEventType> types;
  const auto ended = cluster().watch(config_maps, query, [&](WatchEventType type, const Json& object) {
    types.push_back(type);
    EXPECT_EQ(object.at("kind"), kube::partial_metadata_kind);
    EXPECT_FALSE(object.contains("data"));
    if (type == WatchEventType::Bookmark) return !kube::ends_initial_events(object);
    if (type == WatchEventType::Deleted) return true;
    EXPECT_EQ(object.at("metadata").at("uid"), made.at("metadata").at("uid"));
    return streams_lists();
  });
  EXPECT_TRUE(ended) << ended.error().code << ": " << ended.error().message;
  using enum WatchEventType;
  EXPECT_EQ(types, streams_lists() ? (std::vector{Added, Bookmark}) : (std::vector{Deleted, Added}));
}

TEST_P(ClusterContract, ARefusalOfAListOfMetadataOnlyIsReadLikeAnyOther) {
  const auto page = cluster().list(
      config_maps, {.name_space = name_space(), .resource_version = "4611686018427387904", .metadata_only = true},
      [](const Json&) {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, "ResourceVersionTooLarge");
}

TEST_P(ClusterContract, AReflectorKeepsTheMetadataOfSecretsAndNeverSeesWhatTheyHold) {
  for (const bool streams : {true, false}) {
    const std::string name = streams ? "streamed" : "paged";
    Json secret = config_map(name);
    secret["kind"] = "Secret";
    secret["data"] = {{"password", "c2VjcmV0"}};
    ASSERT_TRUE(cluster().create(secrets, name_space(), secret.dump()));
    Reflected reflected(cluster(),
                        {.type = secrets,
                         .name_space = name_space(),
                         .label_selector = selector(),
                         .metadata_only = true,
                         .stream_lists = streams},
                        parse_metadata);
    ASSERT_TRUE(reflected.wait_until_synced());
    EXPECT_EQ(reflected.store().size(), 1U);
    const Json mark{{"metadata", {{"labels", {{"mark", "new"}}}}}};
    ASSERT_TRUE(cluster().patch(secrets, key(name), {.type = kube::PatchType::Merge, .body = mark.dump()}));
    ASSERT_TRUE(cluster().remove(secrets, key(name), {}));
    EXPECT_EQ(reflected.changes(3), (std::vector<std::string>{"+none", "none>new", "-new"}));
    EXPECT_EQ(reflected.counts().skipped, 0U);
  }
}

}  // namespace staves::contract
