#include "portage/gone_packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string record(const std::string& cpv, const std::string& repository, const std::string& build_id = "1") {
  return (build_id.empty() ? "" : "BUILD_ID: " + build_id + "\n") + "CPV: " + cpv + "\nREPO: " + repository + "\n\n";
}

class GonePackagesTest : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    put("tree/app-misc/there/there-1.ebuild", "");
    put("tree/app-misc/moved-on/moved-on-2-r1.ebuild", "");
    put("tree/app-misc/emptied/files/patch", "");
  }
  GonePackages gone(const std::string& index, const std::vector<Overlay>& overlays = {}) const {
    return gone_packages(paths_below(root_), "VERSION: 0\n\n" + index, "gentoo", "/tree", overlays);
  }
};

TEST_F(GonePackagesTest, AreNoneWhoseEbuildIsThere) {
  const auto found = gone(record("app-misc/there-1", "gentoo") + record("app-misc/moved-on-2-r1", "gentoo", ""));
  EXPECT_THAT(found.names, IsEmpty());
  EXPECT_THAT(found.versions, IsEmpty());
}

TEST_F(GonePackagesTest, AreVersionsWhileOthersAreLeft) {
  const auto found = gone(record("app-misc/moved-on-1", "gentoo") + record("app-misc/moved-on-2", "gentoo", ""));
  EXPECT_THAT(found.names, IsEmpty());
  EXPECT_THAT(found.versions, ElementsAre("app-misc/moved-on-1", "app-misc/moved-on-2"));
}

TEST_F(GonePackagesTest, AreNamesWhenNoEbuildIsLeft) {
  const auto found = gone(record("app-misc/emptied-1", "gentoo") + record("app-misc/emptied-2", "gentoo") +
                          record("app-misc/vanished-1", "gentoo"));
  EXPECT_THAT(found.names, ElementsAre("app-misc/emptied", "app-misc/vanished"));
  EXPECT_THAT(found.versions, IsEmpty());
}

TEST_F(GonePackagesTest, OfAnOverlayAreNotTheTreesAndOfOneThatItHasItsOwnStay) {
  put("ours/app-misc/vanished/vanished-3.ebuild", "");
  const std::vector<Overlay> overlays = {{"ours", "/ours", 0, "", "", ""}};
  const auto found = gone(record("app-misc/other-1", "ours") + record("app-misc/vanished-1", "gentoo"), overlays);
  EXPECT_THAT(found.names, IsEmpty());
  EXPECT_THAT(found.versions, ElementsAre("app-misc/vanished-1"));
}

}  // namespace
}  // namespace staves::portage
