#include "portage/kept_configuration.h"

#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

class KeptConfiguration : public TemporaryRoot {
 protected:
  void SetUp() override {
    TemporaryRoot::SetUp();
    put("etc/portage/make.conf", "CFLAGS=\"-O2\"\n");
    put("etc/portage/package.use/own", "a/b x\n");
    fs::create_directory_symlink("../../var/db/repos/gentoo/profiles/default", root_ / "etc/portage/make.profile");
  }
  Paths paths() const { return paths_below(root_); }
  /// As the step does it: the build changes the stage3's own between the two.
  void keep(const api::Plan& plan) const {
    ASSERT_TRUE(set_configuration_aside(paths(), plan));
    put("etc/portage/make.conf", "PKGDIR=\"/staves/cache\"\n");
    fs::create_directories(root_ / "rootfs");
    ASSERT_TRUE(keep_configuration(paths()));
  }
};

TEST_F(KeptConfiguration, IsThatOfTheStage3WithWhatBuilderAndImageSay) {
  api::Plan plan;
  plan.builder_portage.make_conf = {{"USE", "-nls"}};
  plan.image_portage.make_conf = {{"USE", "${USE} gold"}};
  plan.image_portage.package_config = {{.atom = "c/d", .use = {"y"}, .keywords = {"~amd64"}, .license = {}, .env = {}}};
  keep(plan);
  EXPECT_EQ(get("rootfs/etc/portage/make.conf"), "CFLAGS=\"-O2\"\nUSE=\"-nls\"\nUSE=\"${USE} gold\"\n");
  EXPECT_EQ(get("rootfs/etc/portage/package.use/own"), "a/b x\n");
  EXPECT_EQ(get("rootfs/etc/portage/package.use/zz-staves"), "c/d y\n");
  EXPECT_EQ(get("rootfs/etc/portage/package.accept_keywords"), "c/d ~amd64\n");
  EXPECT_EQ(fs::read_symlink(root_ / "rootfs/etc/portage/make.profile"), "../../var/db/repos/gentoo/profiles/default");
}

TEST_F(KeptConfiguration, HasTheProfileOfTheBuilder) {
  api::Plan plan;
  plan.profile = "default/linux/amd64/23.0";
  keep(plan);
  EXPECT_EQ(fs::read_symlink(root_ / "rootfs/etc/portage/make.profile"),
            "../../var/db/repos/gentoo/profiles/default/linux/amd64/23.0");
}

TEST_F(KeptConfiguration, GoesOverWhatPackagesBroughtAndLeavesTheRestOfThat) {
  put("rootfs/etc/portage/make.conf", "of a package");
  put("rootfs/etc/portage/repo.postsync.d/example", "of a package");
  keep({});
  EXPECT_EQ(get("rootfs/etc/portage/make.conf"), "CFLAGS=\"-O2\"\n");
  EXPECT_EQ(get("rootfs/etc/portage/repo.postsync.d/example"), "of a package");
}

}  // namespace
}  // namespace staves::portage
