// Images for several platforms: one of each, and an index of them.
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "operate/stores.h"
#include "tests/scenario/chapters.h"

namespace staves::scenario {
namespace {

using base::Json;

void ask_for_platforms(Play& play, const std::vector<std::string>& platforms) {
  play.farm().change_image([&](Json& image) { image["spec"]["platforms"] = platforms; });
  play.settle();
}

/// "bash-amd64-v3" of "bash-amd64-v3-1a2b3c4d".
std::vector<std::string> images_of_platforms(Play& play) {
  std::vector<std::string> names;
  for (const Json& image : play.cluster().objects(operate::resource_type(api::stavesimage_kind()))) {
    const auto name = image["metadata"]["name"].get<std::string>();
    if (image["metadata"].contains("ownerReferences")) names.push_back(name.substr(0, name.size() - 9));
  }
  std::ranges::sort(names);
  return names;
}

std::string name_of(Play& play, const std::string& beginning) {
  for (const Json& image : play.cluster().objects(operate::resource_type(api::stavesimage_kind()))) {
    const auto name = image["metadata"]["name"].get<std::string>();
    if (name.starts_with(beginning + "-")) return name;
  }
  return {};
}

/// Of the image itself.
Json newest_pod_spec(Play& play) {
  Json newest;
  int highest = 0;
  for (const Json& job : play.farm().jobs()) {
    const Json& labels = job["metadata"]["labels"];
    const int number = std::stoi(labels["staves.dev/build-number"].get<std::string>());
    if (labels["staves.dev/image"] != "bash" || number < highest) continue;
    highest = number;
    newest = job["spec"]["template"]["spec"];
  }
  return newest;
}

TEST(Platforms, AreBuiltEachAndThenMadeAnIndex) {
  Play play;
  apply_for_two_platforms(play);
  EXPECT_EQ(images_of_platforms(play), (std::vector<std::string>{"bash-amd64", "bash-amd64-v3"}));
  EXPECT_EQ(play.farm().building().size(), 2U) << "and no index yet";
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  build(play);
  EXPECT_EQ(play.farm().building(), std::vector<std::string>{"bash"});
  const Json pod = newest_pod_spec(play);
  ASSERT_EQ(pod["containers"].size(), 1U);
  EXPECT_EQ(pod["containers"][0]["command"], Json({"/usr/bin/staves-publisher", "index"}));
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  EXPECT_EQ(play.jobs_made(), 3);
  play.pass(std::chrono::hours(2));
  EXPECT_EQ(play.jobs_made(), 3) << "converged is silent";
}

TEST(Platforms, KeepTheIndexUntilAllAreWhatTheSpecSays) {
  Play play;
  apply_for_two_platforms(play);
  build(play);
  build(play);
  const Json before = play.farm().image()["status"]["image"];
  play.farm().change_image([](Json& image) { image["spec"]["packages"] = {"app-shells/dash"}; });
  play.settle();
  run(play);
  play.farm().succeed(name_of(play, "bash-amd64"));
  play.settle();
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  EXPECT_EQ(play.farm().image()["status"]["image"], before);
  play.farm().fail_for_good();
  play.settle();
  EXPECT_EQ(play.farm().ready(), "False/BuildFailed");
  EXPECT_EQ(play.farm().image()["status"]["image"], before);
}

TEST(Platforms, AreAskedToBuildAgainWithTheImage) {
  Play play;
  apply_for_two_platforms(play);
  build(play);
  build(play);
  ask_for_rebuild(play);
  EXPECT_EQ(play.farm().building().size(), 2U);
  EXPECT_FALSE(play.farm().image()["status"].contains("lastTrigger")) << "it was not done yet";
  build(play);
  // The same images came out, and yet the index is made: its tags may stand for something else by now.
  EXPECT_EQ(play.farm().building(), std::vector<std::string>{"bash"});
  build(play);
  EXPECT_EQ(play.jobs_made(), 6);
  EXPECT_EQ(play.farm().ready(), "True/Built");
  const Json image = play.farm().image();
  EXPECT_EQ(image["status"]["lastTrigger"], image["metadata"]["annotations"]["staves.dev/rebuild"]);
}

TEST(Platforms, LeaveTheIndexReadyWhileTheyAreBuiltAgain) {
  Play play;
  apply_for_two_platforms(play);
  build(play);
  build(play);
  std::set<std::string> seen;
  play.watch_each_tick([&] { seen.insert(play.farm().ready()); });
  ask_for_rebuild(play);
  build(play);
  EXPECT_EQ(seen, std::set<std::string>{"True/Built"});
}

TEST(Platforms, AreFollowedByAnIndexThatWasCancelledWhenSomebodyAsks) {
  Play play;
  apply_for_two_platforms(play);
  build(play);
  play.farm().change_image([](Json& image) { image["metadata"]["annotations"]["staves.dev/cancel"] = "1"; });
  play.settle();
  EXPECT_EQ(play.farm().ready(), "False/Cancelled");
  ask_for_rebuild(play);
  build(play);
  EXPECT_EQ(play.farm().building(), std::vector<std::string>{"bash"}) << "equal images, and yet another try";
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Platforms, ThatFailAgainHaveDoneWhatWasAsked) {
  Play play;
  apply_for_two_platforms(play);
  for (const char* wish : {"", "once more"}) {
    if (*wish != '\0') ask_for_rebuild(play, wish);
    run(play);
    play.farm().fail_for_good();
    play.settle();
    EXPECT_EQ(play.farm().ready(), "False/BuildFailed");
  }
  EXPECT_EQ(play.farm().image()["status"]["lastTrigger"], "once more");
}

TEST(Platforms, GetThePlaceOfAJobThatNoNodeTakes) {
  Play play;
  play.farm().apply_builder();
  play.farm().change_builder([](Json& builder) { builder["spec"]["maxConcurrentBuilds"] = 1; });
  play.farm().apply_image();
  ask_for_platforms(play, {"linux/arm64"});
  play.farm().bind_claims();
  play.settle();
  play.farm().make_pods();
  play.settle();
  EXPECT_EQ(play.farm().building(), std::vector<std::string>{"bash"});
  ask_for_platforms(play, {"linux/amd64", "linux/amd64/v3"});
  EXPECT_EQ(play.farm().building().size(), 1U);
  EXPECT_NE(play.farm().building(), std::vector<std::string>{"bash"});
  for (int builds = 0; builds < 3; ++builds) build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Platforms, ThatTheServerRefusesAreToldUntilItTakesThem) {
  Play play;
  play.cluster().refuse_creations("stavesimages", base::Error{"Forbidden", "exceeded quota: few", base::Retry::soon()});
  apply_for_two_platforms(play);
  play.pass(std::chrono::minutes(3));
  const Json image = play.farm().image();
  EXPECT_EQ(play.farm().ready(), "Unknown/Building");
  EXPECT_NE(image.dump().find("is refused: creating StavesImage"), std::string::npos) << image["status"].dump(1);
  EXPECT_NE(image.dump().find("exceeded quota: few"), std::string::npos);
  play.cluster().refuse_creations("stavesimages", std::nullopt);
  play.pass(std::chrono::minutes(2));
  build(play);
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

TEST(Platforms, WhoseNameIsTakenAreMadeWhenItIsFree) {
  Play play;
  apply_for_two_platforms(play);
  const std::string name = name_of(play, "bash-amd64-v3");
  const auto type = operate::resource_type(api::stavesimage_kind());
  play.cluster().edit(type, {"team-a", name}, [](Json& image) { image["metadata"].erase("ownerReferences"); });
  play.settle();
  EXPECT_EQ(play.farm().ready(), "False/NameTaken");
  play.farm().delete_image(name);
  play.settle();
  EXPECT_EQ(images_of_platforms(play), (std::vector<std::string>{"bash-amd64", "bash-amd64-v3"}));
}

TEST(Platforms, GoWhenTheImageIsForOneAgain) {
  Play play;
  apply_for_two_platforms(play);
  build(play);
  build(play);
  ask_for_platforms(play, {"linux/amd64"});
  EXPECT_EQ(play.farm().image()["status"]["build"]["reasons"].size(), 1U);
  EXPECT_EQ(play.farm().image()["status"]["build"]["reasons"][0]["reason"], "Spec");
  EXPECT_TRUE(images_of_platforms(play).empty());
  EXPECT_EQ(play.farm().building(), std::vector<std::string>{"bash"});
  const Json pod = newest_pod_spec(play);
  EXPECT_EQ(pod["nodeSelector"]["kubernetes.io/arch"], "amd64");
  build(play);
  EXPECT_EQ(play.farm().ready(), "True/Built");
}

}  // namespace
}  // namespace staves::scenario
