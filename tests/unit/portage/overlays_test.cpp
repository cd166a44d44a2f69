#include "portage/overlays.h"

#include <gmock/gmock.h>

#include "portage/fetch_credentials.h"
#include "portage/other_binaries.h"
#include "portage/repos_conf.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string one(40, 'a');
const std::string two(40, 'b');

class OverlaysTest : public TemporaryRoot {
 protected:
  Paths paths() const { return paths_below(root_); }

  /// An overlay of type git that is on the volume.
  Overlay overlay(const std::string& name, const std::string& revision, std::int64_t priority = 50) const {
    return {.name = name,
            .location = "/staves/overlays/" + name + "/" + revision,
            .priority = priority,
            .revision = revision,
            .sync_type = {},
            .sync_uri = {}};
  }
  void ebuild(const Overlay& overlay, const std::string& text = "EAPI=8") const {
    put(overlay.location.substr(1) + "/app-misc/foo/foo-1.ebuild", text);
  }
  static BinaryPackage package(const std::string& repository, const std::string& build_id = "1") {
    return {.category = "app-misc",
            .name = "foo",
            .full_name = "foo-1",
            .build_id = build_id,
            .repository = repository,
            .path = "app-misc/foo/foo-1-" + build_id + ".gpkg.tar",
            .digest = std::string(32, '0')};
  }
  std::size_t others(const std::vector<BinaryPackage>& index, const std::vector<Overlay>& overlays,
                     const std::string& origin = {}) const {
    return other_binaries(paths(), index, overlays, "gentoo", [&](const BinaryPackage&) { return origin; }).size();
  }
};

TEST_F(OverlaysTest, AreSectionsOfReposConfWithTheTreeAsMasterUnlessTheyNameTheirOwn) {
  put("staves/overlays/ours/" + one + "/metadata/layout.conf", "thin-manifests = true\n");
  put("staves/overlays/other/" + one + "/metadata/layout.conf", "masters = gentoo ours\n");
  Overlay mirrored{.name = "mirrored",
                   .location = "/var/db/repos/mirrored",
                   .priority = 10,
                   .revision = {},
                   .sync_type = "rsync",
                   .sync_uri = "rsync://host/x"};
  const auto text = overlay_sections(paths(), {overlay("ours", one), overlay("other", one, 60), mirrored}, "gentoo");
  EXPECT_EQ(text,
            "\n[ours]\nlocation = /staves/overlays/ours/" + one +
                "\npriority = 50\nauto-sync = no\nmasters = gentoo\n\n[other]\nlocation = /staves/overlays/other/" +
                one +
                "\npriority = 60\nauto-sync = no\n\n[mirrored]\nlocation = /var/db/repos/mirrored\npriority = "
                "10\nauto-sync = no\nsync-type = rsync\nsync-uri = rsync://host/x\n");
}

TEST_F(OverlaysTest, ThatTheVolumeLostAreAFailureThatIsTriedAgain) {
  api::Plan plan;
  plan.repositories = {{.name = "ours",
                        .type = api::RepositoryType::Git,
                        .uri = "https://x/y",
                        .branch = {},
                        .revision = {},
                        .priority = 50,
                        .own_secret = false}};
  const auto located = locate_overlays(paths(), plan, {{"ours", one}});
  ASSERT_FALSE(located);
  EXPECT_EQ(located.error().failure_class, api::FailureClass::Internal);
  EXPECT_THAT(located.error().message, HasSubstr("ours"));
}

TEST_F(OverlaysTest, HaveTheirRevisionsInEveryPackage) {
  EXPECT_EQ(revisions_hook({overlay("ours", one), overlay("other", two)}),
            "PORTAGE_REPO_REVISIONS='{\"ours\": \"" + one + "\", \"other\": \"" + two + "\"}'\n");
  EXPECT_EQ(revisions_hook({}), "");
}

TEST_F(OverlaysTest, BinariesOfTheTreeAreTakenWhileNoOverlayHasTheVersion) {
  EXPECT_EQ(others({package("gentoo")}, {}), 0U);
  EXPECT_EQ(others({package("gentoo")}, {overlay("ours", one)}), 0U);
  ebuild(overlay("ours", one));
  EXPECT_EQ(others({package("gentoo")}, {overlay("ours", one)}), 1U);
}

TEST_F(OverlaysTest, BinariesOfAnOverlayThatTheBuildDoesNotHaveAreNotTaken) {
  EXPECT_EQ(others({package("ours")}, {}), 1U);
}

TEST_F(OverlaysTest, BinariesOfALowerOverlayAreNotTaken) {
  const auto low = overlay("low", one, 50);
  const auto high = overlay("high", one, 60);
  ebuild(low);
  ebuild(high);
  EXPECT_EQ(others({package("low")}, {low, high}, one), 1U);
  EXPECT_EQ(others({package("high")}, {low, high}, one), 0U);
}

TEST_F(OverlaysTest, BinariesOfAnotherRevisionAreTakenWhenNothingOfTheirsChanged) {
  const auto was = overlay("ours", one);
  const auto is = overlay("ours", two);
  ebuild(was);
  ebuild(is);
  EXPECT_EQ(others({package("ours")}, {is}, one), 0U);
  put(is.location.substr(1) + "/eclass/a.eclass", "new");
  EXPECT_EQ(others({package("ours")}, {is}, one), 1U) << "an eclass was added";
  put(was.location.substr(1) + "/eclass/a.eclass", "new");
  put(is.location.substr(1) + "/app-misc/foo/files/patch", "new");
  EXPECT_EQ(others({package("ours")}, {is}, one), 1U) << "a file was added";
  put(was.location.substr(1) + "/app-misc/foo/files/patch", "new");
  EXPECT_EQ(others({package("ours")}, {is}, one), 0U);
  ebuild(is, "EAPI=7");
  EXPECT_EQ(others({package("ours")}, {is}, one), 1U) << "the ebuild changed";
}

TEST_F(OverlaysTest, BinariesWhoseRevisionIsNotKnownAreNotTaken) {
  ebuild(overlay("ours", one));
  EXPECT_EQ(others({package("ours")}, {overlay("ours", one)}, ""), 1U);
  EXPECT_EQ(others({package("ours")}, {overlay("ours", one)}, two), 1U) << "the old revision is gone from the volume";
}

TEST_F(OverlaysTest, BinariesAreReadFromTheIndexOfPortage) {
  const std::string text =
      "ARCH: amd64\nPACKAGES: 2\n\nBUILD_ID: 2\nCPV: app-misc/foo-1\nMD5: " + std::string(32, 'a') +
      "\nPATH: app-misc/foo/foo-1-2.gpkg.tar\nSIZE: 10240\nREPO: ours\n\nBUILD_ID: 1\nCPV: ../../etc\nMD5: " +
      std::string(32, 'b') + "\nPATH: ../x/y\nREPO: ours\n";
  const auto packages = read_binary_index(text);
  ASSERT_EQ(packages.size(), 1U);
  EXPECT_EQ(packages[0].full_name, "foo-1");
  EXPECT_EQ(packages[0].name, "foo");
  EXPECT_EQ(packages[0].build_id, "2");
  EXPECT_EQ(packages[0].repository, "ours");
}

TEST_F(OverlaysTest, NoCredentialsChangeNothing) {
  ASSERT_TRUE(use_ssh_secret(paths()));
  EXPECT_FALSE(there("root/.ssh"));
  EXPECT_THAT(netrc_lines(paths()), IsEmpty());
}

TEST_F(OverlaysTest, CredentialsAreNamedByTheirPlaceOnly) {
  put("staves/secrets/ssh/ssh-privatekey", "the key itself");
  put("staves/secrets/netrc/.netrc", "machine h login me password hidden");
  ASSERT_TRUE(use_ssh_secret(paths()));
  EXPECT_THAT(get("root/.ssh/config"), HasSubstr("StrictHostKeyChecking yes"));
  EXPECT_THAT(get("root/.ssh/config"), testing::Not(HasSubstr("the key itself")));
  EXPECT_EQ(netrc_lines(paths()), "FETCHCOMMAND=\"env HOME=" + (root_ / "staves/secrets/netrc").string() +
                                      " ${FETCHCOMMAND}\"\nRESUMECOMMAND=\"env HOME=" +
                                      (root_ / "staves/secrets/netrc").string() + " ${RESUMECOMMAND}\"\n");
}

}  // namespace
}  // namespace staves::portage
