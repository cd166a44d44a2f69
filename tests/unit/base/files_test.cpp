#include "base/files.h"

#include <sys/stat.h>

#include <fstream>

#include "gtest/gtest.h"
#include "tests/support/temporary_directory.h"

namespace staves::base {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  const fs::path& directory() const { return directory_.path(); }

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(Files, WhatWasWrittenIsRead) {
  std::string bytes(100'000, 'x');
  bytes[5] = '\0';
  ASSERT_TRUE(write_file_atomically(directory() / "a", bytes, 0640));
  EXPECT_EQ(read_file(directory() / "a"), bytes);
  struct stat status{};
  ASSERT_EQ(::stat((directory() / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_FALSE(fs::exists(directory() / "a.tmp"));
}

TEST_F(Files, AWriteReplacesTheWholeOldText) {
  ASSERT_TRUE(write_file_atomically(directory() / "a", "a long old text"));
  ASSERT_TRUE(write_file_atomically(directory() / "a", "new"));
  EXPECT_EQ(read_file(directory() / "a"), "new");
}

TEST_F(Files, AWriteThatFailsLeavesNothingBehind) {
  fs::create_directory(directory() / "a");
  const auto written = write_file_atomically(directory() / "a", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, "FileUnwritable");
  EXPECT_FALSE(fs::exists(directory() / "a.tmp"));
}

TEST_F(Files, IsNeverWrittenThroughALinkThatSomebodyPutThere) {
  fs::create_symlink(directory() / "target", directory() / "a.tmp");
  EXPECT_FALSE(write_file_atomically(directory() / "a", "x"));
  EXPECT_FALSE(fs::exists(directory() / "target"));
}

TEST_F(Files, AMissingFileIsToldApart) {
  EXPECT_EQ(read_file(directory() / "none").error().code, "FileNotFound");
  EXPECT_EQ(read_file(directory() / "none" / "below").error().code, "FileNotFound");
}

TEST_F(Files, LinksPipesAndDirectoriesAreNotRead) {
  std::ofstream(directory() / "target") << "secret";
  fs::create_symlink(directory() / "target", directory() / "link");
  ASSERT_EQ(::mkfifo((directory() / "pipe").c_str(), 0600), 0);
  for (const auto& path : {directory() / "link", directory() / "pipe", directory()}) {
    const auto text = read_file(path);
    ASSERT_FALSE(text) << path;
    EXPECT_EQ(text.error().code, "FileUnreadable") << path;
  }
}

TEST_F(Files, AFileAboveTheLimitIsRefused) {
  std::ofstream(directory() / "a") << "12345";
  EXPECT_EQ(read_file(directory() / "a", 5), "12345");
  EXPECT_EQ(read_file(directory() / "a", 4).error().code, "FileTooLarge");
}

TEST_F(Files, AFileThatHidesItsSizeIsReadToItsEnd) {
  const auto text = read_file("/proc/self/status");
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with("Name:"));
}

TEST_F(Files, DirectoriesAreMadeOnce) {
  EXPECT_TRUE(make_directories(directory() / "a" / "b"));
  EXPECT_TRUE(make_directories(directory() / "a" / "b"));
  std::ofstream(directory() / "file") << "";
  EXPECT_EQ(make_directories(directory() / "file").error().code, "FileUnwritable");
}

TEST_F(Files, SizesCountHardLinksOnceAndLinksNever) {
  EXPECT_EQ(bytes_below(directory() / "none"), 0U);
  fs::create_directories(directory() / "a" / "b");
  std::ofstream(directory() / "a" / "one") << std::string(1000, 'x');
  fs::create_hard_link(directory() / "a" / "one", directory() / "a" / "b" / "again");
  fs::create_symlink("one", directory() / "a" / "link");
  fs::create_directory_symlink("/usr", directory() / "a" / "usr");
  EXPECT_EQ(bytes_below(directory()), 1000U);
}

}  // namespace
}  // namespace staves::base
