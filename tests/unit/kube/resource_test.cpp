#include "kube/resource.h"

#include <gtest/gtest.h>

namespace staves::kube {
namespace {

const ResourceType jobs{"batch", "v1", "jobs", "Job"};
const ResourceType pods{"", "v1", "pods", "Pod"};

TEST(Resource, PathsNameGroupNamespaceAndSubresource) {
  EXPECT_EQ(collection_path(jobs, "team"), "/apis/batch/v1/namespaces/team/jobs");
  EXPECT_EQ(collection_path(pods, ""), "/api/v1/pods");
  EXPECT_EQ(object_path(pods, {"team", "a.b-c"}, "log"), "/api/v1/namespaces/team/pods/a.b-c/log");
  EXPECT_EQ(object_path({"", "v1", "nodes", "Node"}, {"", "n1"}), "/api/v1/nodes/n1");
}

TEST(Resource, ANameCannotLeadToAnotherPath) {
  for (const std::string name : {"", ".", "..", "../x", "a/b", "a%2fb", "a?b", "a#b", "a b", "a\nb", "\xc3\xa4"}) {
    const auto path = object_path(jobs, {"team", name});
    ASSERT_FALSE(path) << name;
    EXPECT_EQ(path.error().code, "InvalidName");
    EXPECT_EQ(path.error().retry, base::Retry::never());
  }
  EXPECT_FALSE(object_path(jobs, {"..", "x"}));
  EXPECT_FALSE(object_path(jobs, {"team", "x"}, "status/../../y"));
  EXPECT_FALSE(object_path(jobs, {"team", std::string(254, 'a')}));
}

TEST(Resource, KeysAndTextsAreInverse) {
  EXPECT_EQ(parse_object_key("team/web"), (ObjectKey{"team", "web"}));
  EXPECT_EQ(parse_object_key("web"), (ObjectKey{"", "web"}));
  EXPECT_EQ(to_text({"team", "web"}), "team/web");
  EXPECT_EQ(to_text({"", "web"}), "web");
  EXPECT_FALSE(parse_object_key("/web"));
  EXPECT_FALSE(parse_object_key("a/b/c"));
}

TEST(Resource, QueryValuesAreEncoded) {
  EXPECT_EQ(encode_query_value("app=a,b in (c)"), "app%3Da%2Cb%20in%20%28c%29");
  EXPECT_EQ(encode_query_value("\xff"), "%FF");
}

TEST(Resource, VersionsCompareAsNumbersOfAnyLength) {
  EXPECT_EQ(compare_resource_versions("9", "10"), std::strong_ordering::less);
  EXPECT_EQ(compare_resource_versions("340282366920938463463374607431768211456", "18446744073709551616"),
            std::strong_ordering::greater);
  EXPECT_EQ(compare_resource_versions("007", "7"), std::strong_ordering::equal);
  EXPECT_EQ(compare_resource_versions("0", "00"), std::strong_ordering::equal);
  EXPECT_FALSE(compare_resource_versions("", "1"));
  EXPECT_FALSE(compare_resource_versions("12a", "1"));
  EXPECT_FALSE(compare_resource_versions("1", "-1"));
}

}  // namespace
}  // namespace staves::kube
