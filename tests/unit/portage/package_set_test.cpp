#include "portage/package_set.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "portage/binary_index.h"
#include "unit/portage/temporary_root.h"

namespace staves::portage {
namespace {

const std::string ncurses = std::string(32, 'a');
const std::string bash = std::string(32, 'b');
const std::string older_bash = std::string(32, 'c');

std::string record(const std::string& cpv, const std::string& digest, const std::string& build_id = "1") {
  return "BUILD_TIME: 1\n" + (build_id.empty() ? "" : "BUILD_ID: " + build_id + "\n") + "CPV: " + cpv +
         "\nMD5: " + digest + "\n\n";
}

PlannedMerge from_cache(const std::string& name) {
  return {.cpv = name, .binary = true, .to_root = true};
}

class PackageSet : public TemporaryRoot {
 protected:
  void install(const std::string& cpv, const std::string& digest) const {
    put(cpv + "/SLOT", "0\n");
    put(cpv + "/BINPKGMD5", digest + "\n");
  }

  const std::string index_ = "PACKAGES: 3\nVERSION: 0\n\n" + record("sys-libs/ncurses-6.5", ncurses) +
                             record("app-shells/bash-5.2", bash, "2") + record("app-shells/bash-5.2", older_bash);
};

TEST_F(PackageSet, OfALayoutAndAListIsThatOfTheRootWhenAllIsMerged) {
  install("sys-libs/ncurses-6.5", ncurses);
  const std::string planned = package_set_digest(root_, {from_cache("app-shells/bash-5.2-2")}, index_);
  install("app-shells/bash-5.2", bash);
  EXPECT_EQ(planned, package_set_digest(root_));
  EXPECT_TRUE(base::is_sha256_digest(planned));
}

TEST_F(PackageSet, IsAnotherWithAnotherFileOfTheSameVersion) {
  install("app-shells/bash-5.2", bash);
  const std::string newer = package_set_digest(root_);
  install("app-shells/bash-5.2", older_bash);
  EXPECT_NE(newer, package_set_digest(root_));
}

TEST_F(PackageSet, DoesNotAskForWhatTheBuilderNeeds) {
  install("app-shells/bash-5.2", bash);
  const PlannedMerge tool{.cpv = "dev-build/make-4.4", .binary = false, .to_root = false};
  EXPECT_EQ(package_set_digest(root_, {tool}, index_), package_set_digest(root_));
}

TEST_F(PackageSet, IsNotKnownOfWhatIsToBeCompiled) {
  const PlannedMerge compiled{.cpv = "app-shells/bash-5.2", .binary = false, .to_root = true};
  EXPECT_EQ(package_set_digest(root_, {compiled}, index_), "");
}

TEST_F(PackageSet, IsNotKnownOfWhatTheIndexDoesNotHave) {
  EXPECT_EQ(package_set_digest(root_, {from_cache("app-shells/bash-5.2-7")}, index_), "");
}

TEST_F(PackageSet, IsNotKnownOfAPackageThatCameFromNoFile) {
  put("app-misc/live-9999/SLOT", "0\n");
  EXPECT_EQ(package_set_digest(root_), "");
  EXPECT_EQ(package_set_digest(root_, {}, index_), "");
}

TEST(BinaryFiles, WithoutABuildIdAreKnownByTheirVersionUnlessSeveralHaveIt) {
  const std::string one = record("app-misc/one-1", ncurses, "");
  const std::string two = record("app-misc/two-1", bash, "") + record("app-misc/two-1", older_bash, "");
  const auto files = binary_files(one + two);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.at("app-misc/one-1").cpv, "app-misc/one-1");
  EXPECT_EQ(files.at("app-misc/one-1").digest, ncurses);
}

}  // namespace
}  // namespace staves::portage
