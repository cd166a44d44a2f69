#include "decide/repositories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/decide.h"
#include "decide/inputs.h"
#include "decide/pod_credentials.h"
#include "decide/reasons.h"
#include "decide/render_plan.h"
#include "decide/render_pod.h"
#include "nlohmann/json.hpp"
#include "support/makers.h"

namespace staves::decide {
namespace {

using api::Repository;
using api::RepositoryRevision;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string one(40, 'a');
const std::string two(40, 'b');

Repository overlay(std::string uri) {
  return {.name = "ours",
          .type = api::RepositoryType::Git,
          .uri = std::move(uri),
          .branch = "main",
          .revision = {},
          .secret_name = {},
          .priority = {}};
}

auto with_overlay(Repository repository) {
  return [repository](auto& object) { object.spec.repositories.push_back(repository); };
}

ImageObservation seen(const std::shared_ptr<const api::StavesImage>& image, std::optional<std::string> revision,
                      const std::shared_ptr<const api::StavesBuilder>& builder = make::builder()) {
  ImageObservation seen;
  seen.wanted = image;
  seen.builder = builder;
  seen.now = make::at();
  if (revision) seen.branches.push_back({"https://git.example/ours#main", revision, {}});
  return seen;
}

api::StavesImageStatus built_with(const std::shared_ptr<const api::StavesImage>& image,
                                  const std::vector<RepositoryRevision>& revisions) {
  const Inputs inputs = inputs_of(*image, *make::builder(), revisions);
  api::StavesImageStatus status;
  status.build.number = 1;
  status.build.inputs = recorded_inputs(inputs, *image);
  status.build.completion_time = make::at();
  status.image = api::BuiltImage{};
  status.image->inputs_digest = inputs.digest;
  return status;
}

TEST(Overlays, ThatNobodyHasChangeNoInputsDigest) {
  const Inputs inputs = inputs_of(*make::image(), *make::builder());
  EXPECT_THAT(inputs.document, Not(HasSubstr("repositories")));
  EXPECT_THAT(inputs.document, Not(HasSubstr("revisions")));
}

TEST(Overlays, OfTheImageHideThoseOfTheBuilderWithTheSameName) {
  Repository other = overlay("https://git.example/other");
  other.name = "other";
  const auto all = api::all_repositories({overlay("https://git.example/a"), other}, {overlay("https://git.example/b")});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "other");
  EXPECT_EQ(all[1].uri, "https://git.example/b");
}

TEST(Overlays, AreLookedUpOnlyByHttpAndWithoutASecretOrARevision) {
  EXPECT_EQ(branch_reference(overlay("https://git.example/ours")), "https://git.example/ours#main");
  EXPECT_EQ(branch_reference(overlay("ssh://git@git.example/ours")), "");
  Repository secret = overlay("https://git.example/ours");
  secret.secret_name = "key";
  EXPECT_EQ(branch_reference(secret), "");
  Repository pinned = overlay("https://git.example/ours");
  pinned.revision = one;
  EXPECT_EQ(branch_reference(pinned), "");
}

TEST(Overlays, AreWaitedForUntilTheyWereLookedUpOnce) {
  const auto image = make::image(with_overlay(overlay("https://git.example/ours")));
  EXPECT_EQ(known_revisions(seen(image, {})).awaited, "ours");
  const Decision decision = decide_image(seen(image, {}));
  EXPECT_THAT(decision.summary, HasSubstr("looking up the revision of the overlay ours"));
  const auto known = known_revisions(seen(image, one));
  EXPECT_THAT(known.revisions, ElementsAre(RepositoryRevision{"ours", one}));
}

TEST(Overlays, WhoseServerDoesNotAnswerAreLeftToThePod) {
  const auto image = make::image(with_overlay(overlay("https://git.example/ours")));
  ImageObservation silent = seen(image, {});
  silent.branches.push_back(
      {"https://git.example/ours#main", {}, base::Error{"RepositoryUnreachable", "no", base::Retry::soon()}});
  const auto known = known_revisions(silent);
  EXPECT_TRUE(known.awaited.empty());
  EXPECT_THAT(known.revisions, IsEmpty());
  const api::Plan plan = render_plan(silent, inputs_of(*image, *make::builder()), 1, 2);
  EXPECT_EQ(plan.build_key, render_plan(silent, inputs_of(*image, *make::builder()), 1, 1).build_key)
      << "another attempt of a build uses what the first has found";
  EXPECT_FALSE(plan.build_key.empty());
}

TEST(Overlays, KeepTheRevisionOfTheLastBuildWhileTheirServerIsSilent) {
  const auto before = make::image(with_overlay(overlay("https://git.example/ours")));
  const auto image = make::image(with_overlay(overlay("https://git.example/ours")),
                                 make::with_status(built_with(before, {{"ours", one}})));
  EXPECT_THAT(known_revisions(seen(image, {})).revisions, ElementsAre(RepositoryRevision{"ours", one}));
}

TEST(Overlays, ThatMovedAreAReasonWithBothRevisions) {
  const auto before = make::image(with_overlay(overlay("https://git.example/ours")));
  const auto status = built_with(before, {{"ours", one}});
  const auto image = make::image(with_overlay(overlay("https://git.example/ours")), make::with_status(status));
  const auto now = known_revisions(seen(image, two));
  const auto reasons = reasons_to_build(*image, status, inputs_of(*image, *make::builder(), now.revisions), make::at());
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].reason, api::BuildReason::Repository);
  ASSERT_EQ(reasons[0].changes.size(), 1U);
  EXPECT_EQ(reasons[0].changes[0].path, "repositories[ours].revision");
  EXPECT_EQ(reasons[0].changes[0].was, '"' + one + '"');
  EXPECT_EQ(reasons[0].changes[0].is, '"' + two + '"');
}

TEST(Overlays, ThatAPodFoundOutAreNoNewsWhenTheServerSaysTheSame) {
  const auto before = make::image(with_overlay(overlay("https://git.example/ours")));
  auto status = built_with(before, {});
  status.build.inputs.repositories = {{"ours", one}};
  const auto image = make::image(with_overlay(overlay("https://git.example/ours")), make::with_status(status));
  EXPECT_THAT(known_revisions(seen(image, one)).revisions, IsEmpty());
  const auto moved = known_revisions(seen(image, two));
  EXPECT_THAT(moved.revisions, ElementsAre(RepositoryRevision{"ours", two}));
  const auto reasons =
      reasons_to_build(*image, status, inputs_of(*image, *make::builder(), moved.revisions), make::at());
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].changes[0].was, '"' + one + '"') << "what the pod had found out is what the branch moved from";
}

TEST(Overlays, ByAnotherSecretAreNoOtherInputButAnotherSetting) {
  Repository with_key = overlay("ssh://git@git.example/ours");
  with_key.secret_name = "key";
  Repository with_other = with_key;
  with_other.secret_name = "other";
  const auto was = inputs_of(*make::image(with_overlay(with_key)), *make::builder());
  const auto is = inputs_of(*make::image(with_overlay(with_other)), *make::builder());
  EXPECT_EQ(was.digest, is.digest);
  EXPECT_NE(was.settings, is.settings);
  EXPECT_THAT(was.document, Not(HasSubstr("key")));
}

TEST(Overlays, OverSshWithoutASecretAreRefused) {
  const auto image = make::image(with_overlay(overlay("ssh://git@git.example/ours")));
  EXPECT_THAT(missing_secret(image->spec, make::builder()->spec), HasSubstr("ours"));
  const auto builder = make::builder([](api::StavesBuilder& b) { b.spec.credentials.ssh_secret_name = "key"; });
  EXPECT_EQ(missing_secret(image->spec, builder->spec), "");
}

TEST(Overlays, ShowTheirSecretOnlyToSources) {
  Repository private_one = overlay("ssh://git@git.example/ours");
  private_one.secret_name = "overlay-key";
  const auto image = make::image(with_overlay(private_one));
  const auto builder = make::builder([](api::StavesBuilder& b) { b.spec.credentials.netrc_secret_name = "logins"; });
  ImageObservation observed = seen(image, {}, builder);
  observed.setup.image_volumes = true;
  const base::Json pod = render_pod_spec(observed, inputs_of(*image, *builder));
  std::map<std::string, std::vector<std::string>> secrets;
  for (const auto& container : pod["containers"]) {
    auto& mounted = secrets[container["name"]];
    for (const auto& mount : container["volumeMounts"]) {
      const std::string name = mount["name"];
      if (name.starts_with("overlay-") || name == "netrc") mounted.push_back(name);
    }
    EXPECT_FALSE(container.contains("env"));
  }
  EXPECT_THAT(secrets["sources"], ElementsAre("overlay-1", "netrc"));
  EXPECT_THAT(secrets["emerge"], ElementsAre("netrc"));
  EXPECT_THAT(secrets["publish"], IsEmpty());
  for (const auto& volume : pod["volumes"]) {
    if (volume.contains("secret") && volume["name"] != "push") {
      EXPECT_EQ(volume["secret"]["defaultMode"], 0400);
    }
  }
}

TEST(Overlays, WithASecretThatIsMissingSaySo) {
  Repository private_one = overlay("ssh://git@git.example/ours");
  private_one.secret_name = "overlay-key";
  auto status = api::StavesImageStatus{};
  const auto plain = make::image(with_overlay(private_one));
  const Inputs inputs = inputs_of(*plain, *make::builder());
  status.build.number = 1;
  status.build.inputs = recorded_inputs(inputs, *plain);
  status.build.job_name = "bash-1-00000000";
  const auto image = make::image(with_overlay(private_one), make::with_status(status));
  ImageObservation observed = seen(image, {});
  observed.jobs = {make::job("bash-1-00000000", 1, [](api::BuildJob& job) { job.meta.created = make::at(); })};
  api::BuildPod pod;
  pod.meta.owner_uid = "uid-of-bash-1-00000000";
  pod.phase = "Pending";
  observed.pods = {std::make_shared<const api::BuildPod>(pod)};
  observed.mount_problem = "MountVolume.SetUp failed for volume \"overlay-1\" : secret \"overlay-key\" not found";
  // What the Job was rendered as is not known here, so that it would be replaced.
  const Decision decision = decide_image(observed);
  const auto* patch = std::get_if<PatchStatus>(&decision.actions.at(0));
  ASSERT_NE(patch, nullptr);
  EXPECT_THAT(patch->patch, HasSubstr("SecretNotFound"));
  EXPECT_THAT(patch->patch, HasSubstr("overlay-key"));
  ASSERT_TRUE(decision.look_again_in);
  EXPECT_LE(decision.look_again_in->count(), 15);
}

}  // namespace
}  // namespace staves::decide
