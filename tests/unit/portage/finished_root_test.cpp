#include <fcntl.h>
#include <sys/stat.h>

#include "portage/accounts.h"
#include "portage/clean_up.h"
#include "portage/elog_warnings.h"
#include "portage/linker_cache.h"
#include "portage/locale_default.h"
#include "portage/package_database.h"
#include "portage/package_names.h"
#include "portage/settled_times.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

class FinishedRootTest : public TemporaryRoot {};

TEST(PackageNames, VersionsAreTakenOff) {
  EXPECT_EQ(package_name("app-shells/bash"), "app-shells/bash");
  EXPECT_EQ(package_name(">=dev-lang/python-3.12:3.12[ssl]"), "dev-lang/python");
  EXPECT_EQ(package_name("=app-shells/bash-5.3_p3-r1"), "app-shells/bash");
  EXPECT_EQ(package_name("sys-libs/ncurses-6.5_p20250802"), "sys-libs/ncurses");
  EXPECT_EQ(package_name("app-misc/c-2-program-1.0b"), "app-misc/c-2-program");
  EXPECT_EQ(package_name("media-fonts/font-100dpi"), "media-fonts/font-100dpi");
  EXPECT_EQ(package_name("a/b::gentoo"), "a/b");
  EXPECT_EQ(package_name("@system"), "");
}

TEST_F(FinishedRootTest, TheDatabaseTellsPackagesAndTheNewestBuild) {
  put("db/app-shells/bash-5.2/BUILD_TIME", "100\n");
  put("db/virtual/libc-1/BUILD_TIME", "300\n");
  put("db/virtual/-MERGING-other-1/BUILD_TIME", "900\n");
  const auto installed = installed_packages(root_ / "db");
  EXPECT_EQ(installed.cpvs, (std::vector<std::string>{"app-shells/bash-5.2", "virtual/libc-1"}));
  EXPECT_EQ(installed.newest_build_time, 300);
  EXPECT_TRUE(installed.has("app-shells/bash"));
  EXPECT_FALSE(installed.has("app-shells/ba"));
}

TEST_F(FinishedRootTest, AMinimalDatabaseHasNothingThatDiffersBetweenEqualBuilds) {
  for (const char* name : {"COUNTER", "BUILD_TIME", "environment.bz2", "bash-5.2.ebuild", "SIZE", "LICENSE"})
    put(fs::path("db/app-shells/bash-5.2") / name, "1\n");
  put("db/app-shells/bash-5.2/CONTENTS", "obj /usr/bin/bash 0123 500\ndir /usr\nsym /bin/sh -> bash 90\n");
  put("db/.cache/x", "1");
  ASSERT_TRUE(reduce_package_database(root_ / "db", api::PackageDatabase::Minimal, 400));
  EXPECT_FALSE(there("db/.cache"));
  EXPECT_FALSE(there("db/app-shells/bash-5.2/COUNTER"));
  EXPECT_FALSE(there("db/app-shells/bash-5.2/BUILD_TIME"));
  EXPECT_TRUE(there("db/app-shells/bash-5.2/SIZE"));
  EXPECT_EQ(get("db/app-shells/bash-5.2/CONTENTS"), "dir /usr\nobj /usr/bin/bash 0123 400\nsym /bin/sh -> bash 400\n");
}

TEST_F(FinishedRootTest, AFullDatabaseStaysAndNoneGoes) {
  put("db/app-shells/bash-5.2/COUNTER", "7");
  put("db/sys-libs/glibc-2.36/COUNTER", "5");
  put("db/sys-libs/glibc-2.36/metadata", "#format=1\nCOUNTER=5\n#dir_mtime=1795969869638798724\n");
  put("db/virtual/libc-1/SLOT", "0");
  ASSERT_TRUE(reduce_package_database(root_ / "db", api::PackageDatabase::Full, 1));
  // In whatever order they were merged.
  EXPECT_EQ(get("db/app-shells/bash-5.2/COUNTER"), "1");
  EXPECT_EQ(get("db/sys-libs/glibc-2.36/COUNTER"), "2");
  EXPECT_FALSE(there("db/sys-libs/glibc-2.36/metadata"));
  EXPECT_FALSE(there("db/virtual/libc-1/COUNTER"));
  ASSERT_TRUE(reduce_package_database(root_ / "db", api::PackageDatabase::None, 1));
  EXPECT_FALSE(there("db"));
}

TEST_F(FinishedRootTest, AFileHasAnOwnerAlsoThroughAMergedUsr) {
  put("db/app-shells/bash-5.2/CONTENTS", "dir /bin\nobj /bin/bash 0123 1\nobj /usr/bin/bashbug 0123 1\n");
  EXPECT_EQ(owner_of(root_ / "db", "/usr/bin/bash"), "app-shells/bash-5.2");
  EXPECT_EQ(owner_of(root_ / "db", "/usr/bin/bashbug"), "app-shells/bash-5.2");
  EXPECT_EQ(owner_of(root_ / "db", "/usr/bin/ba"), "");
}

TEST_F(FinishedRootTest, OnlyAPackagesOwnFilesKeepTheirTimes) {
  const auto at = [this](const char* name) {
    struct stat status{};
    ::lstat((root_ / name).c_str(), &status);
    return status.st_mtim.tv_sec;
  };
  put("usr/bin/tool", "x");
  put("etc/passwd", "x");
  fs::create_symlink("usr/bin", root_ / "bin");
  const timespec times[2] = {{500, 0}, {500, 0}};
  for (const char* name : {"usr/bin/tool", "etc/passwd"}) ::utimensat(AT_FDCWD, (root_ / name).c_str(), times, 0);
  put("var/db/pkg/a/b-1/CONTENTS", "obj /bin/tool 0123 500\nobj /etc/passwd 0123 499\n");
  ASSERT_TRUE(PackageTimes(root_).settle_others(1000));
  EXPECT_EQ(at("usr/bin/tool"), 500) << "also by way of a link";
  EXPECT_EQ(at("etc/passwd"), 1000) << "changed after its merge";
  EXPECT_EQ(at("bin"), 1000);
  EXPECT_EQ(at("usr"), 1000);
  EXPECT_EQ(at("var/db/pkg/a/b-1/CONTENTS"), 1000);
}

TEST_F(FinishedRootTest, AccountsHoldRoot) {
  put("etc/passwd", "nobody:x:65534:\nroot:x:0:0:\n");
  EXPECT_EQ(check_accounts(root_).error().code, "AccountsMissing");
  put("etc/group", "root:x:0:\n");
  EXPECT_TRUE(check_accounts(root_));
}

TEST(Accounts, NoPasswordIsYoungerThanThePackages) {
  EXPECT_EQ(settled_shadow("root:*:9797:0:::::\nsvc:!:20500:0:99999:7:::\nshort\nempty:!::0:::::\n", 86'400L * 20'000),
            "root:*:9797:0:::::\nsvc:!:20000:0:99999:7:::\nshort\nempty:!::0:::::\n");
}

TEST_F(FinishedRootTest, TheModeOfShadowStays) {
  put("etc/shadow", "svc:!:20500:0:::::\n");
  fs::permissions(root_ / "etc/shadow", fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(settle_accounts(root_, 86'400));
  EXPECT_EQ(get("etc/shadow"), "svc:!:1:0:::::\n");
  EXPECT_EQ(fs::status(root_ / "etc/shadow").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FinishedRootTest, OnlyWhatAMergeLeavesBehindGoes) {
  for (const char* name :
       {"etc/passwd-", "etc/passwd", "etc/.pwd.lock", "var/log/nginx/.keep", "tmp/x", "run/lock/x", "var/tmp/.keep_x"})
    put(name, "");
  ASSERT_TRUE(clean_up_root(root_));
  for (const char* gone : {"etc/passwd-", "etc/.pwd.lock", "tmp/x", "run/lock"}) EXPECT_FALSE(there(gone)) << gone;
  for (const char* kept : {"etc/passwd", "var/log/nginx/.keep", "tmp", "run", "var/tmp/.keep_x"})
    EXPECT_TRUE(there(kept)) << kept;
}

TEST_F(FinishedRootTest, UndecidedConfigurationIsFound) {
  put("etc/x/._cfg0000_y", "");
  put("etc/x/y", "");
  EXPECT_EQ(undecided_configuration(root_), std::vector<std::string>{"/etc/x/._cfg0000_y"});
}

TEST_F(FinishedRootTest, TheLocaleOfTheStage3IsTakenWithItsTimes) {
  put("system/usr/lib/locale/C.utf8/LC_CTYPE", "x");
  const auto time = fs::last_write_time(root_ / "system/usr/lib/locale/C.utf8/LC_CTYPE") - std::chrono::hours(1000);
  fs::last_write_time(root_ / "system/usr/lib/locale/C.utf8/LC_CTYPE", time);
  EXPECT_TRUE(*ensure_default_locale(root_ / "system", root_ / "image"));
  EXPECT_EQ(fs::last_write_time(root_ / "image/usr/lib/locale/C.utf8/LC_CTYPE"), time);
  EXPECT_FALSE(*ensure_default_locale(root_ / "elsewhere", root_ / "other"));
}

TEST_F(FinishedRootTest, LibraryDirectoriesAreNamedOnce) {
  fs::create_directories(root_ / "usr/lib64");
  put("etc/ld.so.conf", "/usr/lib64\n");
  ASSERT_TRUE(ensure_linker_configuration(root_));
  EXPECT_EQ(get("etc/ld.so.conf"), "/usr/lib64\n");
  fs::create_directories(root_ / "lib64");
  ASSERT_TRUE(ensure_linker_configuration(root_));
  EXPECT_EQ(get("etc/ld.so.conf"), "/usr/lib64\n/lib64\n");
}

TEST(ElogWarnings, OnlyErrorsAreTold) {
  const auto warnings = elog_errors(
      "sys-apps:keyutils-1.6:20260101-000000.log",
      "WARN: setup\nharmless\nERROR: setup\n  CONFIG_KEYS: is not set\nsecond line\nLOG: postinst\nhello\n");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0], (api::BuildWarning{"sys-apps/keyutils-1.6", "setup", "CONFIG_KEYS: is not set second line"}));
}

TEST(ElogWarnings, AMessageThatLooksLikeAHeadingBelongsToTheMessage) {
  const auto warnings = elog_errors("a:b-1:d.log", "ERROR: postinst\nERROR: a/b-1::gentoo failed (postinst phase):\n");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].message, "ERROR: a/b-1::gentoo failed (postinst phase):");
}

}  // namespace
}  // namespace staves::portage
