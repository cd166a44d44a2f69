#include <gtest/gtest.h>

#include <set>

#include "api/stavesimage_status.h"
#include "decide/decide.h"
#include "nlohmann/json.hpp"
#include "support/makers.h"

namespace staves::decide {
namespace {

using base::Json;

template <class T>
const T* first_of(const Decision& decision) {
  for (const Action& action : decision.actions) {
    if (const auto* found = std::get_if<T>(&action)) return found;
  }
  return nullptr;
}

Json status_in(const Decision& decision) {
  const auto* patch = first_of<PatchStatus>(decision);
  return patch != nullptr ? Json::parse(patch->patch)["status"] : Json::object();
}

/// What follows once the builder has given the build a place.
Decision after_admission(ImageObservation seen, const Decision& intent) {
  const Json patch = Json::parse(first_of<PatchStatus>(intent)->patch);
  Json status = api::to_json(seen.wanted->status);
  status.merge_patch(patch["status"]);
  api::Problem problem;
  const auto waits = make::made(*seen.wanted, [&](api::StavesImage& image) {
    image.status = api::read_stavesimage_status(api::Fields(status, "status", problem));
  });
  seen.wanted = waits;
  seen.builder = make::made(*seen.builder, [&](api::StavesBuilder& builder) {
    builder.status.builds.admitted = {{waits->meta.name, waits->meta.uid, waits->status.build.number}};
  });
  Decision start = decide_image(seen);
  for (Action& action : start.actions) {
    if (auto* written = std::get_if<PatchStatus>(&action)) {
      Json both = patch;
      both.merge_patch(Json::parse(written->patch));
      written->patch = both.dump();
    }
  }
  return start;
}

/// The decision that makes a Job, with all that was written on the way there; the only one when there is no way.
template <class... Modifiers>
Decision decided(const Modifiers&... modify) {
  const ImageObservation seen = make::observation(modify...);
  Decision decision = decide_image(seen);
  return status_in(decision).value("build", Json::object()).value("step", "") == "Queued"
             ? after_admission(seen, decision)
             : decision;
}

auto wants(std::shared_ptr<const api::StavesImage> image) {
  return [image = std::move(image)](ImageObservation& seen) { seen.wanted = image; };
}

TEST(DecideImage, WritesTheIntentBeforeItMakesTheJob) {
  const Decision decision = decided();
  ASSERT_EQ(decision.actions.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<PatchStatus>(decision.actions[0]));
  const auto* job = std::get_if<CreateOnce>(&decision.actions[1]);
  ASSERT_NE(job, nullptr);
  EXPECT_EQ(status_in(decision)["build"]["jobRef"]["name"], job->object.name);
}

TEST(DecideImage, GivesTheSameAnswerToTheSameObservation) {
  EXPECT_EQ(decided(), decided());
}

TEST(DecideImage, CountsFromTheLargestNumberThatAnyJobHas) {
  const Decision decision = decided([](ImageObservation& seen) { seen.jobs = {make::job("left-over", 41)}; });
  EXPECT_EQ(status_in(decision)["build"]["number"], 42);
}

TEST(DecideImage, SaysInTheSummaryWhatChanged) {
  EXPECT_EQ(decided().summary, "build 1 because nothing was built yet");
}

TEST(DecideImage, NamesTheBuilderThatIsMissing) {
  const Decision decision = decided([](ImageObservation& seen) { seen.builder = nullptr; });
  EXPECT_EQ(first_of<CreateOnce>(decision), nullptr);
  EXPECT_NE(decision.summary.find("there is no StavesBuilder glibc"), std::string::npos) << decision.summary;
}

TEST(DecideImage, LetsTheImagesResourcesTakeThePlaceOfTheBuilders) {
  const auto builder =
      make::builder([](api::StavesBuilder& b) { b.spec.pod.resources = R"({"requests":{"cpu":"2"}})"; });
  const auto image =
      make::image([](api::StavesImage& i) { i.spec.build.resources = R"({"limits":{"memory":"9Gi"}})"; });
  const Decision decision = decided(wants(image), [&](ImageObservation& seen) { seen.builder = builder; });
  const Json job = Json::parse(first_of<CreateOnce>(decision)->body);
  for (const Json& container : job["spec"]["template"]["spec"]["containers"]) {
    if (container["name"] == "emerge") {
      EXPECT_EQ(container["resources"].dump(), R"({"limits":{"memory":"9Gi"}})");
    }
  }
}

TEST(DecideImage, AsksForAModestShareOfANodeWhenNobodySaysWhatABuildNeeds) {
  const auto builder = make::builder([](api::StavesBuilder& b) { b.spec.pod.resources.clear(); });
  const auto image = make::image([](api::StavesImage& i) { i.spec.build.resources.clear(); });
  const Decision decision = decided(wants(image), [&](ImageObservation& seen) { seen.builder = builder; });
  const Json job = Json::parse(first_of<CreateOnce>(decision)->body);
  for (const Json& container : job["spec"]["template"]["spec"]["containers"]) {
    EXPECT_TRUE(container["resources"].contains("requests")) << container["name"];
    if (container["name"] == "emerge") {
      EXPECT_EQ(container["resources"].dump(), R"({"requests":{"cpu":"500m","memory":"512Mi"}})");
    }
  }
}

TEST(DecideImage, RefusesAnEnvironmentThatNobodyDefines) {
  const auto image = make::image([](api::StavesImage& i) {
    i.spec.portage.package_config = {{.atom = "app-shells/bash",
                                      .use = {},
                                      .keywords = {},
                                      .license = {},
                                      .env = {"no-such"},
                                      .mask = false,
                                      .unmask = false}};
  });
  const Decision decision = decided(wants(image));
  EXPECT_EQ(first_of<CreateOnce>(decision), nullptr);
  EXPECT_NE(decision.summary.find("no-such"), std::string::npos) << decision.summary;
}

TEST(DecideImage, RefusesAPlanThatDoesNotFitIntoAnAnnotation) {
  const auto image =
      make::image([](api::StavesImage& i) { i.spec.portage.make_conf["CFLAGS"] = std::string(210000, 'x'); });
  const Decision decision = decided(wants(image));
  EXPECT_EQ(first_of<CreateOnce>(decision), nullptr);
  EXPECT_EQ(status_in(decision)["conditions"][0]["reason"], "InvalidSpec");
}

TEST(DecideImage, KeepsNoDocumentAboveItsLimit) {
  const auto image =
      make::image([](api::StavesImage& i) { i.spec.portage.make_conf["CFLAGS"] = std::string(40000, 'x'); });
  const Json inputs = status_in(decided(wants(image)))["build"]["inputs"];
  EXPECT_FALSE(inputs.contains("document"));
  EXPECT_TRUE(inputs.contains("digest"));
}

TEST(DecideImage, MakesOnlyPodsThatAreNotPrivileged) {
  for (const bool image_volumes : {false, true}) {
    const Decision decision = decided([&](ImageObservation& seen) { seen.setup.image_volumes = image_volumes; });
    const Json pod = Json::parse(first_of<CreateOnce>(decision)->body)["spec"]["template"]["spec"];
    EXPECT_EQ(pod["automountServiceAccountToken"], false);
    Json all = pod["containers"];
    for (const Json& init : pod.value("initContainers", Json::array())) all.push_back(init);
    for (const Json& container : all) {
      EXPECT_EQ(container["securityContext"]["allowPrivilegeEscalation"], false);
      EXPECT_EQ(container["securityContext"]["capabilities"]["drop"], Json::array({"ALL"}));
      EXPECT_FALSE(container.contains("env")) << "the plan is a file, and secrets never travel in the environment";
      EXPECT_FALSE(container["securityContext"].contains("privileged"));
    }
  }
}

TEST(DecideImage, ShowsThePushSecretToNobodyButPublish) {
  const Json pod = Json::parse(first_of<CreateOnce>(decided())->body)["spec"]["template"]["spec"];
  for (const Json& container : pod["containers"]) {
    const bool mounts = container["volumeMounts"].dump().find("\"push\"") != std::string::npos;
    EXPECT_EQ(mounts, container["name"] == "publish") << container["name"];
  }
}

TEST(DecideImage, MountsOnlyVolumesThatThePodHas) {
  for (const bool image_volumes : {false, true}) {
    const Decision decision = decided([&](ImageObservation& seen) { seen.setup.image_volumes = image_volumes; });
    const Json pod = Json::parse(first_of<CreateOnce>(decision)->body)["spec"]["template"]["spec"];
    std::set<std::string> volumes;
    std::set<std::string> mounted;
    for (const Json& volume : pod["volumes"]) volumes.insert(volume["name"].get<std::string>());
    for (const char* list : {"initContainers", "containers"}) {
      for (const Json& container : pod.value(list, Json::array())) {
        for (const Json& mount : container["volumeMounts"]) mounted.insert(mount["name"].get<std::string>());
      }
    }
    EXPECT_EQ(volumes, mounted);
  }
}

}  // namespace
}  // namespace staves::decide
