#include "oci/collect_trees.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file_lock.h"
#include "tests/support/temporary_directory.h"

namespace staves::oci {
namespace {

namespace fs = std::filesystem;
using base::FileLock;

constexpr std::chrono::seconds no_grace{0};

class CollectTreesTest : public testing::Test {
 protected:
  fs::path tree(char digit, const std::string& ending = "") const {
    return folder_.path() / (std::string(64, digit) + ending);
  }
  fs::path put_tree(char digit, const std::string& ending = "") const {
    fs::create_directories(tree(digit, ending) / "profiles");
    std::ofstream(tree(digit, ending) / "profiles/repo_name") << "gentoo";
    return tree(digit, ending);
  }

  test::TemporaryDirectory folder_;
};

TEST_F(CollectTreesTest, RemovesTheTreesOfNobodyAndKeepsItsOwn) {
  const auto own = put_tree('a');
  const auto old = put_tree('b');
  EXPECT_EQ(collect_trees(own, no_grace), 1);
  EXPECT_TRUE(fs::exists(own / "profiles/repo_name"));
  EXPECT_FALSE(fs::exists(old));
}

TEST_F(CollectTreesTest, LeavesATreeThatARunningBuildHolds) {
  const auto own = put_tree('a');
  const auto used = put_tree('b');
  {
    std::ofstream(used.string() + ".lock");
  }
  {
    const auto build = FileLock::try_share_existing(used.string() + ".lock");
    ASSERT_TRUE(build.has_value());
    EXPECT_EQ(collect_trees(own, no_grace), 0);
    EXPECT_TRUE(fs::exists(used / "profiles/repo_name"));
  }
  EXPECT_EQ(collect_trees(own, no_grace), 1);
}

TEST_F(CollectTreesTest, LeavesATreeThatWasJustTakenUp) {
  const auto own = put_tree('a');
  const auto other = put_tree('b');
  {
    std::ofstream(other.string() + ".lock");
  }
  EXPECT_EQ(collect_trees(own), 0);
  EXPECT_TRUE(fs::exists(other));
}

TEST_F(CollectTreesTest, RemovesUnfinishedTreesOfRunsThatDiedAndNothingThatIsNoTree) {
  const auto own = put_tree('a');
  const auto unfinished = put_tree('b', ".tmp.123");
  fs::create_directories(folder_.path() / "lost+found");
  EXPECT_EQ(collect_trees(own, no_grace), 0);
  EXPECT_FALSE(fs::exists(unfinished));
  EXPECT_TRUE(fs::exists(folder_.path() / "lost+found"));
}

}  // namespace
}  // namespace staves::oci
