#include "portage/package_files.h"
#include "portage/repos_conf.h"
#include "portage/root_layout.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

TEST(PackageFiles, TheImageComesAfterTheBuilder) {
  const api::PortageSettings builder{
      .package_config = {{.atom = "a/b", .use = {"x"}, .keywords = {"~amd64"}, .license = {}, .env = {}}},
      .make_conf = {},
      .environments = {}};
  const api::PortageSettings image{.package_config = {{.atom = "a/b",
                                                       .use = {"-x", "y"},
                                                       .keywords = {},
                                                       .license = {"*"},
                                                       .env = {"lto"},
                                                       .mask = true,
                                                       .unmask = true}},
                                   .make_conf = {},
                                   .environments = {{.name = "lto", .make_conf = {{"CFLAGS", "${CFLAGS} -flto"}}}}};
  const auto files = package_files(builder, image);
  EXPECT_EQ(files.at("package.use"), "a/b x\na/b -x y\n");
  EXPECT_EQ(files.at("package.accept_keywords"), "a/b ~amd64\n");
  EXPECT_EQ(files.at("package.license"), "a/b *\n");
  EXPECT_EQ(files.at("package.env"), "a/b lto\n");
  EXPECT_EQ(files.at("package.mask"), "a/b\n");
  EXPECT_EQ(files.at("package.unmask"), "a/b\n");
  EXPECT_EQ(files.at("env/lto"), "CFLAGS=\"${CFLAGS} -flto\"\n");
  EXPECT_EQ(files.size(), 7U);
}

TEST(PackageFiles, AWordCannotBeginALine) {
  const api::PortageSettings image{
      .package_config = {{.atom = "a/b\n*/*", .use = {"x\n*/* y"}, .keywords = {}, .license = {}, .env = {}}},
      .make_conf = {},
      .environments = {}};
  EXPECT_EQ(package_files({}, image).at("package.use"), "a/b*/* x*/*y\n");
}

class ConfigurationFiles : public TemporaryRoot {
 protected:
  Paths paths() const { return paths_below(root_); }
  const api::PlanTree tree_{.image = "h/t@sha256:0", .location = "/staves/trees/ab", .fetch = true};
};

TEST_F(ConfigurationFiles, AFileOfTheStage3IsContinued) {
  put("package.use", "a/b x");
  ASSERT_TRUE(add_portage_file(root_, "package.use", "c/d y\n"));
  EXPECT_EQ(get("package.use"), "a/b x\nc/d y\n");
}

TEST_F(ConfigurationFiles, ADirectoryOfTheStage3GetsAFileThatIsReadLast) {
  put("package.use/00local", "a/b x\n");
  ASSERT_TRUE(add_portage_file(root_, "package.use", "c/d y\n"));
  EXPECT_EQ(get("package.use/00local"), "a/b x\n");
  EXPECT_EQ(get("package.use/zz-staves"), "c/d y\n");
}

TEST_F(ConfigurationFiles, AnEmptyImageVolumeIsNamed) {
  fs::create_directories(root_ / "var/db/repos/gentoo");
  const auto checked =
      check_tree(paths(), {.image = "h/t@sha256:0", .location = "/var/db/repos/gentoo", .fetch = false});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "TreeMissing");
  EXPECT_NE(checked.error().message.find("ImageVolume feature is off"), std::string::npos);
}

TEST_F(ConfigurationFiles, TheRepositoryHasTheNameThatItGivesItself) {
  put("staves/trees/ab/profiles/repo_name", "mirror\n");
  EXPECT_TRUE(check_tree(paths(), tree_));
  ASSERT_TRUE(write_repos_conf(paths(), tree_));
  const auto text = get("etc/portage/repos.conf/zz-staves.conf");
  EXPECT_NE(text.find("[mirror]\nlocation = /staves/trees/ab\n"), std::string::npos);
  EXPECT_NE(text.find("main-repo = mirror\n"), std::string::npos);
}

TEST_F(ConfigurationFiles, TheStage3sProfileIsFoundInATreeElsewhere) {
  fs::create_directories(root_ / "staves/trees/ab/profiles/default/linux/amd64/23.0");
  fs::create_directories(root_ / "etc/portage");
  fs::create_symlink("../../var/db/repos/gentoo/profiles/default/linux/amd64/23.0", root_ / "etc/portage/make.profile");
  EXPECT_EQ(*select_profile(paths(), tree_, ""), "default/linux/amd64/23.0");
  EXPECT_EQ(fs::read_symlink(root_ / "etc/portage/make.profile"), "/staves/trees/ab/profiles/default/linux/amd64/23.0");
}

TEST_F(ConfigurationFiles, AProfileThatTheTreeDoesNotHaveIsTheUsersToMend) {
  fs::create_directories(root_ / "staves/trees/ab/profiles");
  const auto selected = select_profile(paths(), tree_, "default/linux/m68k");
  ASSERT_FALSE(selected);
  EXPECT_EQ(selected.error().code, "ProfileMissing");
}

TEST_F(ConfigurationFiles, WhatHasNoProfileIsPerhapsNoStage3) {
  fs::create_directories(root_ / "etc/portage");
  const auto selected = select_profile(paths(), tree_, "");
  ASSERT_FALSE(selected);
  EXPECT_EQ(selected.error().code, "ProfileMissing");
  EXPECT_NE(selected.error().message.find("is spec.stage3.image of the StavesBuilder a Gentoo stage3?"),
            std::string::npos);
}

TEST_F(ConfigurationFiles, AMergedLayoutIsFollowed) {
  const auto system = root_ / "system";
  const auto image = root_ / "image";
  for (const char* directory : {"usr/bin", "usr/lib", "usr/lib64"}) fs::create_directories(system / directory);
  for (const char* name : {"bin", "lib", "lib64"}) fs::create_symlink(std::string("usr/") + name, system / name);
  fs::create_symlink("/usr/bin", system / "sbin");
  fs::create_symlink("bin", system / "usr/sbin");
  ASSERT_TRUE(lay_out_root(system, image));
  EXPECT_EQ(fs::read_symlink(image / "bin"), "usr/bin");
  EXPECT_EQ(fs::read_symlink(image / "sbin"), "usr/bin");
  EXPECT_EQ(fs::read_symlink(image / "lib64"), "usr/lib64");
  EXPECT_EQ(fs::read_symlink(image / "usr/sbin"), "bin");
  EXPECT_TRUE(fs::is_directory(image / "usr/lib64"));
  EXPECT_FALSE(fs::exists(image / "lib32"));
  EXPECT_TRUE(lay_out_root(system, image)) << "a second time changes nothing";
}

TEST_F(ConfigurationFiles, ASplitLayoutIsFollowed) {
  const auto system = root_ / "system";
  const auto image = root_ / "image";
  for (const char* directory : {"bin", "sbin", "lib", "usr/sbin"}) fs::create_directories(system / directory);
  ASSERT_TRUE(lay_out_root(system, image));
  EXPECT_FALSE(fs::is_symlink(image / "bin"));
  EXPECT_TRUE(fs::is_directory(image / "sbin"));
  EXPECT_FALSE(fs::exists(image / "lib64"));
}

}  // namespace
}  // namespace staves::portage
