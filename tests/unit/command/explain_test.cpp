#include <regex>

#include "base/digest.h"
#include "tests/unit/command/desk.h"

namespace staves::command {
namespace {

std::string job_in(const std::string& text) {
  std::smatch found;
  return std::regex_search(text, found, std::regex("create Job (\\S+)")) ? found[1].str() : std::string();
}

TEST_F(Desk, ExplainSaysWhatTheOperatorThenDoes) {
  play.farm().apply_builder();
  play.farm().bind_claims();
  play.settle();
  play.farm().bind_claims();
  play.settle();
  play.farm().apply_image();
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("queue build 1, Ready is Unknown, Queued")) << screen.output;
  EXPECT_EQ(job_in(screen.output), "") << "a place comes first";
  play.cluster().refuse_creations("jobs", base::Error{"Forbidden", "exceeded quota", base::Retry::soon()});
  play.settle();
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  const std::string first = job_in(screen.output);
  EXPECT_FALSE(first.empty()) << screen.output;
  EXPECT_EQ(play.jobs_made(), 0);
  play.cluster().refuse_creations("jobs", std::nullopt);
  play.pass(std::chrono::seconds(61));
  ASSERT_EQ(play.farm().jobs().size(), 1);
  EXPECT_EQ(play.farm().jobs()[0]["metadata"]["name"], first);

  scenario::build(play);
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(
      screen.output.contains("StavesImage bash: the registry holds what is asked for\n"
                             "  The operator would do nothing.\n"))
      << screen.output;

  play.farm().change_image([](base::Json& image) { image["spec"]["packages"].push_back("net-misc/curl"); });
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("build 2 because packages was")) << screen.output;
  EXPECT_TRUE(screen.output.contains("queue build 2")) << screen.output;
  play.settle();
  EXPECT_EQ(play.farm().image()["status"]["build"]["number"], 2);
}

TEST_F(Desk, ExplainSaysWhereABuildStandsInTheQueueAndWhoIsAdmittedNext) {
  play.farm().apply_builder();
  play.settle();
  play.farm().bind_claims();
  play.farm().change_builder([](base::Json& builder) { builder["spec"]["maxConcurrentBuilds"] = 1; });
  play.settle();
  play.farm().apply_images({"busy"});
  play.settle();
  play.farm().apply_image();
  play.settle();
  play.pass(std::chrono::seconds(3));
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("1st of 1 in the queue of builder glibc")) << screen.output;
  play.farm().change_builder([](base::Json& builder) { builder["spec"]["maxConcurrentBuilds"] = 2; });
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("Its StavesBuilder glibc")) << screen.output;
  EXPECT_TRUE(screen.output.contains("admit build 1 of bash")) << screen.output;
}

TEST_F(Desk, ExplainReadsTheStavesTomlOfAConfigMap) {
  scenario::apply_and_build(play);
  play.cluster().apply(operate::resource_type(api::config_map_kind()),
                       {{"metadata", {{"namespace", "team-a"}, {"name", "toml"}}},
                        {"data", {{"staves.toml", "packages = ['net-misc/curl']"}}}});
  play.farm().change_image([](base::Json& image) {
    image["spec"].erase("packages");
    image["spec"]["stavesToml"] = {{"configMapRef", {{"name", "toml"}, {"key", "staves.toml"}}}};
  });
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("net-misc/curl")) << screen.output;
}

TEST_F(Desk, ExplainSeesTheRootsThatTheBuilderTakesFromAConfigMap) {
  scenario::apply_and_build(play);
  play.cluster().apply(operate::resource_type(api::config_map_kind()),
                       {{"metadata", {{"namespace", "team-a"}, {"name", "roots"}}},
                        {"data", {{"ca.crt", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"}}}});
  play.farm().change_builder([](base::Json& builder) {
    builder["spec"]["trust"] = {{"caBundle", {{"configMapRef", {{"name", "roots"}, {"key", "ca.crt"}}}}}};
  });
  play.settle();
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_FALSE(screen.output.contains("ConfigMapNotFound")) << screen.output;
  const std::string about_builder = screen.output.substr(screen.output.find("Its StavesBuilder"));
  EXPECT_TRUE(about_builder.contains("The operator would do nothing.")) << screen.output;
}

TEST_F(Desk, ExplainSaysWhatWaitsBecauseOfSpecRebuild) {
  scenario::apply_and_build(play);
  play.farm().change_image([](base::Json& image) { image["spec"]["rebuild"] = {{"onBuilderChange", false}}; });
  play.settle();
  play.set_stage3(base::sha256_digest("a newer stage3"));
  play.pass(std::chrono::seconds(3601));
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("the registry holds what is asked for; stage3 was")) << screen.output;
  EXPECT_TRUE(screen.output.contains("waits for the next build because spec.rebuild.onBuilderChange is false"))
      << screen.output;
}

TEST_F(Desk, ExplainRepeatsWhatTheBuilderSaysOfARegistryThatDoesNotAnswer) {
  play.set_stage3({});
  play.farm().apply_builder();
  play.farm().apply_image();
  play.settle();
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  const std::string about_builder = screen.output.substr(screen.output.find("Its StavesBuilder"));
  EXPECT_TRUE(about_builder.starts_with("Its StavesBuilder glibc: ")) << screen.output;
  EXPECT_TRUE(about_builder.ends_with("\n  The operator asks the registry again by itself.\n")) << screen.output;
  EXPECT_FALSE(about_builder.contains("has not looked it up yet")) << screen.output;

  play.farm().change_builder([](base::Json& builder) { builder["spec"]["maxConcurrentBuilds"] = 3; });
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_FALSE(screen.output.contains("by itself"))
      << "the builder has not said anything of this spec: " << screen.output;
}

TEST_F(Desk, ExplainWritesNothing) {
  scenario::apply_and_build(play);
  const int writes = play.cluster().writes();
  scenario::Play& world = play;
  world.farm().change_image([](base::Json& image) { image["spec"]["suspend"] = true; });
  ASSERT_EQ(run({"explain", "bash"}), 0) << error;
  EXPECT_TRUE(screen.output.contains("spec.suspend is true")) << screen.output;
  EXPECT_EQ(play.cluster().writes(), writes);
}

}  // namespace
}  // namespace staves::command
