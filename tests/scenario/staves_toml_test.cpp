#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using base::Json;

void put_config_map(Play& play, const std::string& text, const std::string& key = "staves.toml") {
  play.cluster().apply(operate::resource_type(api::config_map_kind()),
                       {{"apiVersion", "v1"},
                        {"kind", "ConfigMap"},
                        {"metadata", {{"namespace", "team-a"}, {"name", "recipes"}}},
                        {"data", {{key, text}}}});
  play.settle();
}

/// The image's packages stand in a ConfigMap from now on.
void refer_to_config_map(Play& play) {
  play.farm().change_image([](Json& image) {
    image["spec"].erase("packages");
    image["spec"]["stavesToml"] = {{"configMapRef", {{"name", "recipes"}}}};
  });
  play.settle();
}

constexpr auto bash = "packages = ['app-shells/bash']\n";

TEST(StavesTomlInAConfigMap, ThatSaysWhatTheFieldsSaidBuildsNothing) {
  Play play;
  apply_and_build(play);
  put_config_map(play, bash);
  refer_to_config_map(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(StavesTomlInAConfigMap, IsWaitedForAndBuildsWhenItComes) {
  Play play;
  apply(play);
  build(play);
  refer_to_config_map(play);
  EXPECT_EQ(play.farm().ready(), "False/ConfigMapNotFound");
  put_config_map(play, bash, "another.toml");
  EXPECT_EQ(play.farm().ready(), "False/ConfigMapNotFound");
  put_config_map(play, "packages = ['app-shells/bash', 'net-misc/curl']\n");
  EXPECT_EQ(play.jobs_made(), 2);
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(StavesTomlInAConfigMap, ThatChangesIsAChangeOfTheSpecWithOldAndNewValue) {
  Play play;
  apply_and_build(play);
  put_config_map(play, bash);
  refer_to_config_map(play);
  put_config_map(play, std::string(bash) + "['app-shells/bash']\nuse = ['-nls']\n");
  const Json reason = play.farm().image()["status"]["build"]["reasons"][0];
  EXPECT_EQ(reason["reason"], "Spec");
  EXPECT_EQ(reason["changes"][0]["path"], "packageConfig[app-shells/bash].use");
  EXPECT_EQ(reason["changes"][0]["is"], R"(["-nls"])");
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 2);
}

TEST(StavesTomlInAConfigMap, ThatCannotBeReadIsStalledUntilItIsCorrected) {
  Play play;
  apply_and_build(play);
  put_config_map(play, bash);
  refer_to_config_map(play);
  put_config_map(play, "packagess = ['app-shells/bash']\n");
  EXPECT_EQ(play.farm().ready(), "False/InvalidSpec");
  const Json conditions = play.farm().image()["status"]["conditions"];
  EXPECT_NE(conditions.dump().find("ConfigMap recipes, key staves.toml, line 1, column 1: unknown key packagess"),
            std::string::npos)
      << conditions;
  put_config_map(play, bash);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 1);
}

TEST(StavesTomlInAConfigMap, IsReadOnceForEachOfItsVersions) {
  Play play;
  apply_and_build(play);
  put_config_map(play, bash);
  refer_to_config_map(play);
  const int before = play.cluster().calls();
  ask_for_rebuild(play);
  build(play);
  play.settle();
  const int with_config_map = play.cluster().calls() - before;
  play.farm().change_image([](Json& image) {
    image["spec"]["packages"] = {"app-shells/bash"};
    image["spec"].erase("stavesToml");
  });
  play.settle();
  const int middle = play.cluster().calls();
  ask_for_rebuild(play, "again");
  build(play);
  play.settle();
  EXPECT_EQ(with_config_map, play.cluster().calls() - middle) << "rounds ask for what did not change";
}

}  // namespace
}  // namespace staves::scenario
