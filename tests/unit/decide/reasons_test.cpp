#include "decide/reasons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/retry_time.h"
#include "unit/decide/built_status.h"

namespace staves::decide {
namespace {

using api::BuildReason;
using testing::built;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kinds;

std::vector<BuildReason> found(const api::StavesImage& image, const api::StavesImageStatus& last,
                               const api::StavesBuilder& builder, int seconds = 0) {
  return kinds(reasons_to_build(image, last, inputs_of(image, builder), make::at(seconds)));
}

TEST(Reasons, OfAnImageThatWasNeverBuiltAreFirst) {
  EXPECT_THAT(found(*make::image(), {}, *make::builder()), ElementsAre(BuildReason::First));
}

TEST(Reasons, OfAnImageThatIsCurrentAreNone) {
  const auto image = make::image();
  const auto builder = make::builder();
  EXPECT_THAT(found(*image, built(*image, *builder), *builder), IsEmpty());
}

TEST(Reasons, NameTheMemberOfAKeyedItemThatChanged) {
  const auto builder = make::builder();
  const auto was = make::image(make::with_use("app-shells/bash", {"nls"}));
  const auto is = make::image(make::with_use("app-shells/bash", {"-nls"}));
  const auto reasons = reasons_to_build(*is, built(*was, *builder), inputs_of(*is, *builder), make::at());
  ASSERT_THAT(kinds(reasons), ElementsAre(BuildReason::Spec));
  EXPECT_THAT(reasons[0].changes,
              ElementsAre(api::Change{"packageConfig[app-shells/bash].use", R"(["nls"])", R"(["-nls"])"}));
}

TEST(Reasons, IgnoreWhatIsNoInput) {
  const auto builder = make::builder();
  const auto was = make::image();
  const auto is = make::image([](api::StavesImage& image) {
    image.spec.build.timeout_seconds = 60;
    image.spec.build.retries = 9;
    image.spec.build.resources = R"({"limits":{"memory":"1Gi"}})";
    image.spec.history_failed = 0;
    image.spec.push_secret_name = "another";
  });
  const auto elsewhere = make::builder([](api::StavesBuilder& one) {
    one.spec.pod.node_selector = R"({"pool":"builds"})";
    one.spec.mirrors = {"https://mirror.example"};
    one.spec.stage3_image = "mirror.example/stage3:latest";
    one.status.stage3->reference = one.spec.stage3_image;
  });
  EXPECT_THAT(found(*is, built(*was, *builder), *elsewhere), IsEmpty());
}

struct ChangedInput {
  const char* name;
  void (*change)(api::StavesImage&);
};

class EveryInput : public ::testing::TestWithParam<ChangedInput> {};

TEST_P(EveryInput, IsAReasonToBuild) {
  const auto builder = make::builder();
  const auto status = built(*make::image(), *builder);
  EXPECT_THAT(found(*make::image(GetParam().change), status, *builder), ElementsAre(BuildReason::Spec));
}

INSTANTIATE_TEST_SUITE_P(
    OfTheSpec, EveryInput,
    ::testing::Values(
        ChangedInput{"Packages", [](api::StavesImage& i) { i.spec.packages.emplace_back("app-misc/hello"); }},
        ChangedInput{"MakeConf", [](api::StavesImage& i) { i.spec.portage.make_conf["CFLAGS"] = "-O3"; }},
        ChangedInput{"Environments", [](api::StavesImage& i) { i.spec.portage.environments = {{"fast", {}}}; }},
        ChangedInput{"Locale", [](api::StavesImage& i) { i.spec.locale.name = "de_DE.UTF-8"; }},
        ChangedInput{"Keep", [](api::StavesImage& i) { i.spec.image.keep.headers = true; }},
        ChangedInput{"Test", [](api::StavesImage& i) { i.spec.test.command = {"/bin/true"}; }},
        ChangedInput{"ToolchainMode",
                     [](api::StavesImage& i) { i.spec.toolchain_libraries.mode = api::ToolchainMode::Never; }},
        ChangedInput{"ToolchainInclude",
                     [](api::StavesImage& i) { i.spec.toolchain_libraries.include = {"libgomp.so.1"}; }},
        ChangedInput{"Repository", [](api::StavesImage& i) { i.spec.image.repository = "other.example/bash"; }},
        ChangedInput{"Tags", [](api::StavesImage& i) { i.spec.image.tags = {"5.2"}; }},
        ChangedInput{"Annotations", [](api::StavesImage& i) { i.spec.image.annotations["a"] = "b"; }},
        ChangedInput{"Labels", [](api::StavesImage& i) { i.spec.image.labels["a"] = "b"; }},
        ChangedInput{"Compression", [](api::StavesImage& i) { i.spec.image.compression = api::Compression::Zstd; }},
        ChangedInput{"PackageDatabase",
                     [](api::StavesImage& i) { i.spec.image.package_database = api::PackageDatabase::Full; }},
        ChangedInput{"Entrypoint", [](api::StavesImage& i) { i.spec.config.entrypoint = {"/bin/sh"}; }},
        ChangedInput{"Cmd", [](api::StavesImage& i) { i.spec.config.cmd = {"true"}; }},
        ChangedInput{"Env", [](api::StavesImage& i) { i.spec.config.env = {{"LANG", "C.UTF-8"}}; }},
        ChangedInput{"User", [](api::StavesImage& i) { i.spec.config.user = "nobody"; }},
        ChangedInput{"WorkingDir", [](api::StavesImage& i) { i.spec.config.working_dir = "/srv"; }},
        ChangedInput{"ExposedPorts", [](api::StavesImage& i) { i.spec.config.exposed_ports = {"80/tcp"}; }},
        ChangedInput{"Volumes", [](api::StavesImage& i) { i.spec.config.volumes = {"/data"}; }},
        ChangedInput{"StopSignal", [](api::StavesImage& i) { i.spec.config.stop_signal = "SIGQUIT"; }}),
    [](const auto& tested) { return tested.param.name; });

TEST(Reasons, TellTheBuilderFromItsTree) {
  const auto image = make::image();
  const auto status = built(*image, *make::builder());
  const auto other_profile = make::builder([](api::StavesBuilder& b) { b.spec.profile = "default/linux/amd64/23.0"; });
  const auto other_stage3 = make::builder([](api::StavesBuilder& b) { b.status.stage3->digest = make::image_digest; });
  const auto other_tree = make::builder([](api::StavesBuilder& b) { b.status.tree->digest = make::image_digest; });
  EXPECT_THAT(found(*image, status, *other_profile), ElementsAre(BuildReason::Builder));
  EXPECT_THAT(found(*image, status, *other_stage3), ElementsAre(BuildReason::Builder));
  EXPECT_THAT(found(*image, status, *other_tree), ElementsAre(BuildReason::Tree));
}

TEST(Reasons, AreStillFoundWhenTheLastDocumentWasTooLargeToBeKept) {
  const auto builder = make::builder();
  auto status = built(*make::image(), *builder);
  status.build.inputs.document.clear();
  const auto other_tree = make::builder([](api::StavesBuilder& b) { b.status.tree->digest = make::image_digest; });
  EXPECT_THAT(found(*make::image(), status, *other_tree), ElementsAre(BuildReason::Tree));
  EXPECT_THAT(found(*make::image(make::with_packages({"a/b"})), status, *builder), ElementsAre(BuildReason::Spec));
}

TEST(Reasons, AreNoneForAFailureThatOnlyTheUserCanMend) {
  const auto image = make::image();
  const auto builder = make::builder();
  const auto status = built(*image, *builder, api::FailureClass::CompileFailed);
  EXPECT_THAT(found(*image, status, *builder, 86400), IsEmpty());
}

TEST(Reasons, AreRetryOnceSettingsThatMayMendAFailureChanged) {
  const auto image = make::image();
  const auto builder = make::builder();
  const auto failed = built(*image, *builder, api::FailureClass::FetchFailed);
  const auto mirrors = make::builder([](api::StavesBuilder& b) { b.spec.mirrors = {"https://mirror.example"}; });
  const auto pool = make::builder([](api::StavesBuilder& b) { b.spec.pod.node_selector = R"({"pool":"builds"})"; });
  const auto registry = make::builder([](api::StavesBuilder& b) { b.spec.insecure_registries = {"r.example"}; });
  for (const auto& changed : {mirrors, pool, registry}) {
    EXPECT_THAT(found(*image, failed, *changed), ElementsAre(BuildReason::Retry));
  }
  const auto secret = make::image([](api::StavesImage& i) { i.spec.push_secret_name = "another"; });
  const auto patient = make::image([](api::StavesImage& i) { i.spec.build.timeout_seconds += 60; });
  for (const auto& changed : {secret, patient}) {
    EXPECT_THAT(found(*changed, failed, *builder), ElementsAre(BuildReason::Retry));
    EXPECT_THAT(found(*changed, built(*image, *builder), *builder), IsEmpty());
  }
}

TEST(Reasons, AreRetryOnceTheTimeAfterAFailureOutsideTheInputsHasCome) {
  const auto image = make::image();
  const auto builder = make::builder();
  const auto status = built(*image, *builder, api::FailureClass::NodeLost);
  EXPECT_THAT(found(*image, status, *builder, 299), IsEmpty());
  EXPECT_THAT(found(*image, status, *builder, 300), ElementsAre(BuildReason::Retry));
}

TEST(Retry, PausesTwiceAsLongAfterEachFailureUpToAnHourWhateverTheHistoryKeeps) {
  const auto image = make::image([](api::StavesImage& i) { i.spec.history_failed = 0; });
  const auto builder = make::builder();
  auto status = built(*image, *builder, api::FailureClass::NodeLost);
  for (const auto& [retry, minutes] : {std::pair{0, 5}, {1, 10}, {2, 20}, {3, 40}, {4, 60}, {50, 60}}) {
    status.build.retry = retry;
    EXPECT_EQ(retry_time(status.build, inputs_of(*image, *builder)), make::at(minutes * 60)) << retry;
  }
}

TEST(Retry, IsCountedUntilABuildHasAnotherReason) {
  const auto image = make::image();
  const auto builder = make::builder();
  const Inputs inputs = inputs_of(*image, *builder);
  auto last = built(*image, *builder, api::FailureClass::NodeLost).build;
  last.retry = 3;
  EXPECT_EQ(next_retry(last, inputs, {{BuildReason::Retry, {}}}), 4);
  EXPECT_EQ(next_retry(last, inputs, {{BuildReason::Retry, {}}, {BuildReason::Trigger, {}}}), 0);
  const auto mended = make::image([](api::StavesImage& i) { i.spec.push_secret_name = "another"; });
  EXPECT_EQ(next_retry(last, inputs_of(*mended, *builder), {{BuildReason::Retry, {}}}), 0);
  last.failure->failure_class = api::FailureClass::CompileFailed;
  EXPECT_EQ(next_retry(last, inputs, {{BuildReason::Retry, {}}}), 0);
}

TEST(Retry, OfABuildWithoutEnoughMemoryWaitsForAnotherLimit) {
  const auto image = make::image();
  const auto builder = make::builder();
  const auto status = built(*image, *builder, api::FailureClass::OutOfMemory);
  EXPECT_THAT(found(*image, status, *builder, 86400), IsEmpty());
  const auto roomy =
      make::image([](api::StavesImage& i) { i.spec.build.resources = R"({"limits":{"memory":"8Gi"}})"; });
  EXPECT_THAT(found(*roomy, status, *builder), ElementsAre(BuildReason::Retry));
}

TEST(Reasons, ActOnEveryValueOfTheTriggerOnce) {
  const auto image = make::image(make::with_rebuild("1"));
  const auto builder = make::builder();
  auto status = built(*image, *builder);
  EXPECT_THAT(found(*image, status, *builder), ElementsAre(BuildReason::Trigger));
  status.last_trigger = "1";
  EXPECT_THAT(found(*image, status, *builder), IsEmpty());
}

TEST(MergedReasons, KeepWhatTheReplacedIntentPromised) {
  const std::vector<api::ReasonToBuild> promised{
      {BuildReason::Spec, {{"packages", "1", "2"}, {"makeConf.A", "1", "2"}}}, {BuildReason::Trigger, {}}};
  const std::vector<api::ReasonToBuild> found{{BuildReason::Spec, {{"packages", "2", "3"}, {"makeConf.A", "2", "1"}}}};
  const auto merged = merged_reasons(promised, found);
  ASSERT_THAT(kinds(merged), ElementsAre(BuildReason::Spec, BuildReason::Trigger));
  EXPECT_THAT(merged[0].changes, ElementsAre(api::Change{"packages", "1", "3"}));
}

}  // namespace
}  // namespace staves::decide
