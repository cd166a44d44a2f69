#include "oci/safe_directory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/files.h"
#include "tests/support/temporary_directory.h"

namespace staves::oci {
namespace {

class SafeDirectoryTest : public testing::Test {
 protected:
  SafeDirectoryTest() {
    std::filesystem::create_directory(work_.path() / "root");
    std::filesystem::create_directory(work_.path() / "outside");
    std::ofstream(work_.path() / "outside/file") << "untouched";
    directory_ = std::make_unique<SafeDirectory>(*SafeDirectory::open(work_.path() / "root"));
  }

  base::Done write(std::string_view path, const std::string& text) {
    return directory_->write_file(path, 0644, 1000, [&](int file) {
      EXPECT_EQ(::write(file, text.data(), text.size()), static_cast<ssize_t>(text.size()));
      return base::Done();
    });
  }
  std::string read(const std::string& path) const {
    return base::read_file(work_.path() / "root" / path).value_or("<none>");
  }
  bool there(const std::string& path) const {
    return std::filesystem::exists(std::filesystem::symlink_status(work_.path() / "root" / path));
  }

  test::TemporaryDirectory work_;
  std::unique_ptr<SafeDirectory> directory_;
};

TEST_F(SafeDirectoryTest, WritesFilesAndTheirFolders) {
  ASSERT_TRUE(write("a/b/c", "1"));
  ASSERT_TRUE(write("a/b/d", "2"));
  ASSERT_TRUE(write("top", "3"));
  ASSERT_TRUE(directory_->make_hard_link("again", "a/b/c"));
  ASSERT_TRUE(directory_->make_symlink("a/link", "b/c"));
  EXPECT_EQ(read("a/b/c") + read("a/b/d") + read("top") + read("again"), "1231");
  EXPECT_EQ(std::filesystem::read_symlink(work_.path() / "root/a/link"), "b/c");
}

TEST_F(SafeDirectoryTest, ReplacesWhatAnUpperLayerReplaces) {
  ASSERT_TRUE(write("x", "file"));
  ASSERT_TRUE(directory_->make_directory("x"));
  ASSERT_TRUE(write("x/y", "inner"));
  ASSERT_TRUE(write("x", "file again"));
  EXPECT_EQ(read("x"), "file again");
  ASSERT_TRUE(directory_->make_symlink("x", "elsewhere"));
  ASSERT_TRUE(write("x", "third"));
  EXPECT_EQ(read("x"), "third");
  EXPECT_FALSE(there("elsewhere"));
}

TEST_F(SafeDirectoryTest, RemovesWithAllBelow) {
  ASSERT_TRUE(write("a/b/c", "1"));
  ASSERT_TRUE(directory_->remove("a/b"));
  EXPECT_TRUE(there("a"));
  EXPECT_FALSE(there("a/b"));
  ASSERT_TRUE(write("a/b/c", "2"));
  ASSERT_TRUE(directory_->clear("a"));
  EXPECT_TRUE(there("a"));
  EXPECT_FALSE(there("a/b"));
  EXPECT_TRUE(directory_->remove("never/was"));
  EXPECT_TRUE(directory_->clear("never/was"));
  ASSERT_TRUE(directory_->clear(""));
  EXPECT_TRUE(directory_->empty());
}

TEST_F(SafeDirectoryTest, RefusesPathsThatLeadOut) {
  for (const std::string path : {"../file", "a/../../outside/file", "..", ".", "", "a/./b"}) {
    const auto written = write(path, "evil");
    ASSERT_FALSE(written) << path;
    EXPECT_EQ(written.error().code, "TreeUnsafe");
    EXPECT_FALSE(directory_->make_directory(path)) << path;
    EXPECT_FALSE(directory_->remove(path)) << path;
  }
}

TEST_F(SafeDirectoryTest, RefusesLinksThatLeadOut) {
  for (const std::string target : {"/etc/passwd", "../../x", "../..", "b/../../../x", ""}) {
    EXPECT_FALSE(directory_->make_symlink("a/link", target)) << target;
  }
  EXPECT_TRUE(directory_->make_symlink("a/link", "../b"));
}

TEST_F(SafeDirectoryTest, NeverWritesThroughALinkThatIsThere) {
  std::filesystem::create_directory_symlink(work_.path() / "outside", work_.path() / "root/door");
  EXPECT_FALSE(write("door/file", "evil"));
  EXPECT_FALSE(write("door/new/file", "evil"));
  EXPECT_FALSE(directory_->make_hard_link("stolen", "door/file"));
  EXPECT_FALSE(directory_->remove("door/file"));
  EXPECT_FALSE(directory_->clear("door"));
  ASSERT_TRUE(directory_->remove("door"));
  EXPECT_EQ(*base::read_file(work_.path() / "outside/file"), "untouched");
}

}  // namespace
}  // namespace staves::oci
