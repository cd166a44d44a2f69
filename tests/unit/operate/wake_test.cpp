#include "operate/wake.h"

#include <set>

#include "decide/own_image.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace staves::operate {
namespace {

using base::Json;

class Waking : public testing::Test {
 protected:
  Waking() {
    wake_on_changes(stores_, [this](const WorkKey& key) { woken_.insert(to_text(key)); });
  }

  Json object(const std::string& name, const std::string& uid, const Json& more = Json::object()) {
    Json made{
        {"metadata",
         {{"namespace", "team-a"}, {"name", name}, {"uid", uid}, {"resourceVersion", std::to_string(++version_)}}}};
    made.merge_patch(more);
    return made;
  }
  Json image(const std::string& name) {
    return object(
        name, "uid-" + name,
        {{"spec",
          {{"builderRef", {{"name", "glibc"}}}, {"packages", {"a/b"}}, {"image", {{"repository", "h.example/i"}}}}}});
  }
  Json builder() {
    return object("glibc", "uid-glibc",
                  {{"spec", {{"stage3", {{"image", "h/s:1"}}}, {"portage", {{"snapshot", {{"image", "h/t:1"}}}}}}}});
  }
  Json owned(const std::string& name, const std::string& owner) {
    return object(
        name, "uid-" + name,
        {{"metadata", {{"ownerReferences", {{{"controller", true}, {"name", owner}, {"uid", "uid-" + owner}}}}}}});
  }
  std::set<std::string> woken() { return std::exchange(woken_, {}); }

  Stores stores_;
  std::set<std::string> woken_;
  int version_ = 0;
};

TEST_F(Waking, AnImageWakesItself) {
  ASSERT_TRUE(stores_.images.apply(image("bash")));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/bash"});
  ASSERT_TRUE(stores_.images.erase(image("bash")));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/bash"});
}

TEST_F(Waking, WhoPushesTheSameTagWakesWhenThatBeginsAndEnds) {
  const auto pushing = [this](const std::string& name, const char* tag) {
    return object(name, "uid-" + name,
                  {{"spec",
                    {{"builderRef", {{"name", "glibc"}}},
                     {"packages", {"a/b"}},
                     {"image", {{"repository", "h.example/i"}, {"tags", {tag}}}}}}});
  };
  stores_.images.apply(pushing("one", "5"));
  stores_.images.apply(pushing("other", "6"));
  woken();
  const std::set<std::string> both{"image/team-a/one", "image/team-a/two"};
  stores_.images.apply(pushing("two", "5"));
  EXPECT_EQ(woken(), both);
  stores_.images.apply(pushing("two", "5"));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/two"});
  stores_.images.apply(pushing("two", "7"));
  EXPECT_EQ(woken(), both);
  stores_.images.apply(pushing("two", "5"));
  woken();
  stores_.images.erase(pushing("two", "5"));
  EXPECT_EQ(woken(), both);
}

TEST_F(Waking, ABuilderWakesItselfAndItsImages) {
  stores_.images.apply(image("bash"));
  stores_.images.apply(image("curl"));
  Json other = image("other");
  other["spec"]["builderRef"]["name"] = "musl";
  stores_.images.apply(other);
  woken();
  ASSERT_TRUE(stores_.builders.apply(builder()));
  EXPECT_EQ(woken(), (std::set<std::string>{"builder/team-a/glibc", "image/team-a/bash", "image/team-a/curl"}));
}

TEST_F(Waking, ABuilderWakesThoseThatAreMadeByIt) {
  stores_.builders.apply(
      object("made", "uid-made",
             {{"spec", {{"from", {{"name", "glibc"}}}, {"portage", {{"snapshot", {{"image", "h/t:1"}}}}}}}}));
  woken();
  stores_.builders.apply(builder());
  EXPECT_EQ(woken(), (std::set<std::string>{"builder/team-a/glibc", "builder/team-a/made"}));
}

TEST_F(Waking, AnImageThatABuilderIsMadeOfWakesItWhenItSaysSomethingNew) {
  Json own = image("own");
  own["metadata"]["ownerReferences"] = {{{"controller", true}, {"name", "made"}, {"uid", "uid-made"}}};
  stores_.images.apply(own);
  EXPECT_EQ(woken(), (std::set<std::string>{"image/team-a/own", "builder/team-a/made", "image/team-a/made"}));
  own["metadata"]["resourceVersion"] = "1000";
  own["status"]["history"] = Json::array();
  stores_.images.apply(own);
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/own"});
  own["metadata"]["resourceVersion"] = "1001";
  own["status"]["conditions"] = {{{"type", "Ready"}, {"status", "True"}, {"reason", "Built"}, {"message", "m"}}};
  stores_.images.apply(own);
  EXPECT_EQ(woken(), (std::set<std::string>{"image/team-a/own", "builder/team-a/made", "image/team-a/made"}));
}

TEST_F(Waking, AnImageThatHasTheNameOfABuildersOwnOneWakesItWhenItComesAndGoes) {
  const Json made = object("made", "uid-made",
                           {{"spec",
                             {{"from", {{"name", "glibc"}}},
                              {"packages", {"@system"}},
                              {"image", {{"repository", "h.example/s"}}},
                              {"portage", {{"snapshot", {{"image", "h/t:1"}}}}}}}});
  stores_.builders.apply(made);
  stores_.builders.apply(builder());
  woken();
  const std::string name = decide::own_image_name(*stores_.builders.get({"team-a", "made"}));
  const std::set<std::string> both{"builder/team-a/made", "image/team-a/" + name};
  stores_.images.apply(image(name));
  EXPECT_EQ(woken(), both);
  stores_.images.apply(image(name));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/" + name});
  stores_.images.erase(image(name));
  EXPECT_EQ(woken(), both);
}

TEST_F(Waking, APlaceThatABuildWantsTakesOrGivesBackWakesItsBuilder) {
  Json waits = image("bash");
  waits["status"]["build"] = {
      {"number", 1}, {"queuedTime", "2026-05-01T12:00:00Z"}, {"inputs", {{"builder", {{"name", "glibc"}}}}}};
  const std::set<std::string> both{"builder/team-a/glibc", "image/team-a/bash"};
  const auto next = [&](const char* member, const char* time) {
    waits["status"]["build"][member] = time;
    waits["metadata"]["resourceVersion"] = std::to_string(++version_);
    stores_.images.apply(waits);
    return woken();
  };
  EXPECT_EQ(next("queuedTime", "2026-05-01T12:00:00Z"), both);
  EXPECT_EQ(next("startTime", "2026-05-01T12:00:01Z"), both);
  EXPECT_EQ(next("note", "2026-05-01T12:00:02Z"), std::set<std::string>{"image/team-a/bash"});
  EXPECT_EQ(next("completionTime", "2026-05-01T12:00:03Z"), both);
}

TEST_F(Waking, AnAdmissionWakesTheImageThatWasAdmittedAndNoOther) {
  stores_.images.apply(image("bash"));
  stores_.images.apply(image("curl"));
  stores_.builders.apply(builder());
  woken();
  Json admits = builder();
  admits["status"]["builds"] = {{"running", 1},
                                {"admitted", {{{"image", "curl"}, {"uid", "uid-curl"}, {"number", 1}}}},
                                {"countedTime", "2026-05-01T12:00:00Z"}};
  ASSERT_TRUE(stores_.builders.apply(admits));
  EXPECT_EQ(woken(), (std::set<std::string>{"builder/team-a/glibc", "image/team-a/curl"}));
}

TEST_F(Waking, AJobAndItsPodsWakeTheImage) {
  ASSERT_TRUE(stores_.jobs.apply(owned("bash-1", "bash")));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/bash"});
  ASSERT_TRUE(stores_.pods.apply(owned("bash-1-x", "bash-1")));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/bash"});
  ASSERT_TRUE(stores_.jobs.erase(owned("bash-1", "bash")));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/bash"});
}

TEST_F(Waking, WhatBelongsToNobodyWakesNobody) {
  stores_.jobs.apply(object("stray", "uid-stray"));
  stores_.pods.apply(owned("stray-x", "no-such-job"));
  stores_.claims.apply(object("stray-cache", "uid-claim"));
  EXPECT_TRUE(woken().empty());
}

TEST_F(Waking, AClaimWakesTheBuildersThatUseIt) {
  stores_.builders.apply(builder());
  woken();
  ASSERT_TRUE(stores_.claims.apply(object("glibc-cache", "uid-claim")));
  EXPECT_EQ(woken(), std::set<std::string>{"builder/team-a/glibc"});
}

TEST_F(Waking, AConfigMapWakesTheImagesWhoseStavesTomlItHolds) {
  Json with_toml = image("bash");
  with_toml["spec"].erase("packages");
  with_toml["spec"]["stavesToml"] = {{"configMapRef", {{"name", "recipes"}}}};
  stores_.images.apply(with_toml);
  stores_.images.apply(image("curl"));
  woken();
  ASSERT_TRUE(stores_.config_maps.apply(object("others", "uid-others")));
  EXPECT_TRUE(woken().empty());
  ASSERT_TRUE(stores_.config_maps.apply(object("recipes", "uid-recipes")));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/bash"});
  ASSERT_TRUE(stores_.config_maps.erase(object("recipes", "uid-recipes")));
  EXPECT_EQ(woken(), std::set<std::string>{"image/team-a/bash"});
}

TEST_F(Waking, AConfigMapWakesTheBuildersWhoseRootsItHolds) {
  Json with_roots = builder();
  with_roots["spec"]["trust"] = {{"caBundle", {{"configMapRef", {{"name", "roots"}}}}}};
  stores_.builders.apply(with_roots);
  woken();
  ASSERT_TRUE(stores_.config_maps.apply(object("others", "uid-others")));
  EXPECT_TRUE(woken().empty());
  ASSERT_TRUE(stores_.config_maps.apply(object("roots", "uid-roots")));
  EXPECT_EQ(woken(), std::set<std::string>{"builder/team-a/glibc"});
}

TEST(WorkKeys, AreReadAsTheyAreWritten) {
  for (const char* text : {"image/team-a/bash", "builder/team-a/glibc"}) {
    const auto key = parse_work_key(text);
    ASSERT_TRUE(key);
    EXPECT_EQ(to_text(*key), text);
  }
  for (const char* text : {"", "image", "job/team-a/x", "image/a/b/c"}) EXPECT_FALSE(parse_work_key(text)) << text;
}

}  // namespace
}  // namespace staves::operate
