#include "operate/config_map_reader.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/fake_cluster.h"
#include "tests/support/manual_clock.h"

namespace staves::operate {
namespace {

class ReadingConfigMaps : public testing::Test {
 protected:
  void put(const std::string& name, const base::Json& data) {
    cluster_.apply(type_, {{"apiVersion", "v1"},
                           {"kind", "ConfigMap"},
                           {"metadata", {{"namespace", "team-a"}, {"name", name}}},
                           {"data", data}});
  }
  void see() { cluster_.fill(stores_.config_maps, type_, ""); }
  base::Result<std::string> read(const std::string& name, const std::string& key = "staves.toml") {
    return reader_.read({"team-a", name}, key, {});
  }
  std::string refusal(const std::string& name, const std::string& key = "staves.toml") {
    const auto text = read(name, key);
    return text ? "read: " + *text : text.error().code + ": " + text.error().message;
  }

  const kube::ResourceType type_ = resource_type(api::config_map_kind());
  test::FakeCluster cluster_{std::make_shared<test::ManualClock>()};
  Stores stores_;
  ConfigMapReader reader_{cluster_, stores_.config_maps};
};

TEST_F(ReadingConfigMaps, AsksOnceForEachVersion) {
  put("recipes", {{"staves.toml", "one"}});
  see();
  const int before = cluster_.calls();
  EXPECT_EQ(read("recipes").value_or(""), "one");
  EXPECT_EQ(read("recipes").value_or(""), "one");
  EXPECT_EQ(cluster_.calls(), before + 1);
  put("recipes", {{"staves.toml", "two"}});
  see();
  EXPECT_EQ(read("recipes").value_or(""), "two");
  EXPECT_EQ(cluster_.calls(), before + 2);
}

TEST_F(ReadingConfigMaps, TellsWhatIsNotThereWithoutAskingForIt) {
  EXPECT_EQ(refusal("recipes"), "ConfigMapNotFound: there is no ConfigMap recipes in this namespace; create it");
  EXPECT_EQ(cluster_.calls(), 0);
  put("recipes", {{"other", "x"}});
  see();
  EXPECT_EQ(refusal("recipes"), "ConfigMapNotFound: ConfigMap recipes has no key staves.toml in its data; add it");
}

TEST_F(ReadingConfigMaps, TakesAServerThatDoesNotAnswerForNoConfigMapThatIsMissing) {
  put("recipes", {{"staves.toml", "one"}});
  see();
  cluster_.break_write(1, test::Fault::CrashBefore);
  (void)cluster_.create(type_, "team-a", R"({"metadata": {"name": "x"}})", {});
  ASSERT_TRUE(cluster_.crashed());
  EXPECT_EQ(read("recipes").error().retry.what, base::RetryClass::Soon);
  cluster_.revive();
  EXPECT_EQ(read("recipes").value_or(""), "one");
}

TEST_F(ReadingConfigMaps, KeepsNoMoreOfATextThanIsNeededToRefuseIt) {
  put("recipes", {{"staves.toml", std::string(900'000, '#')}});
  see();
  EXPECT_EQ(read("recipes").value_or("").size(), (64U << 10U) + 1);
}

TEST_F(ReadingConfigMaps, KeepsABoundedNumberOfTexts) {
  for (int i = 0; i < 300; ++i) put("recipes-" + std::to_string(i), {{"staves.toml", std::to_string(i)}});
  see();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300; ++i) EXPECT_EQ(read("recipes-" + std::to_string(i)).value_or(""), std::to_string(i));
  }
}

}  // namespace
}  // namespace staves::operate
