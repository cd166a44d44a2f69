#include "oci/tar_header.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

namespace staves::oci {
namespace {

/// What libarchive, which is not ours, reads from a header.
struct ReadBack {
  std::string path;
  std::string link;
  std::int64_t uid = 0;
  std::int64_t size = 0;
  std::int64_t mtime = 0;
  unsigned mode = 0;
  std::map<std::string, std::string> xattrs;
};

ReadBack read_back(const TarEntry& entry) {
  const std::string bytes = tar_header(entry) + std::string(2 * tar_block, '\0');
  archive* reader = archive_read_new();
  archive_read_support_format_tar(reader);
  archive_read_open_memory(reader, bytes.data(), bytes.size());
  archive_entry* read = nullptr;
  ReadBack back;
  EXPECT_EQ(archive_read_next_header(reader, &read), ARCHIVE_OK) << archive_error_string(reader);
  back.path = archive_entry_pathname(read);
  const char* link =
      archive_entry_hardlink(read) != nullptr ? archive_entry_hardlink(read) : archive_entry_symlink(read);
  back.link = link == nullptr ? "" : link;
  back.uid = archive_entry_uid(read);
  back.size = archive_entry_size(read);
  back.mtime = archive_entry_mtime(read);
  back.mode = archive_entry_perm(read);
  archive_entry_xattr_reset(read);
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (archive_entry_xattr_next(read, &name, &value, &size) == ARCHIVE_OK) {
    back.xattrs[name] = std::string(static_cast<const char*>(value), size);
  }
  archive_read_free(reader);
  return back;
}

TEST(TarHeader, IsOneBlockWhereUstarIsEnough) {
  TarEntry entry{"usr/bin/bash", TarType::File, 04755, 1000, 0, 42, 1700000000, "", {}};
  EXPECT_EQ(tar_header(entry).size(), tar_block);
  const auto back = read_back(entry);
  EXPECT_EQ(back.path, "usr/bin/bash");
  EXPECT_EQ(back.mode, 04755U);
  EXPECT_EQ(back.uid, 1000);
  EXPECT_EQ(back.size, 42);
  EXPECT_EQ(back.mtime, 1700000000);
}

TEST(TarHeader, CarriesPathsOfEveryLength) {
  for (const std::size_t folder : {1U, 50U, 99U, 100U, 101U, 154U, 155U, 156U, 157U, 300U, 3000U}) {
    for (const std::size_t name : {1U, 98U, 99U, 100U, 101U, 255U}) {
      for (const bool is_directory : {false, true}) {
        const std::string path = std::string(folder, 'd') + "/" + std::string(name, 'n') + (is_directory ? "/" : "");
        const auto back =
            read_back({path, is_directory ? TarType::Directory : TarType::File, 0755, 0, 0, 0, 0, "", {}});
        ASSERT_EQ(back.path, path) << folder << " " << name;
      }
    }
  }
  EXPECT_EQ(
      tar_header({std::string(155, 'd') + "/" + std::string(100, 'n'), TarType::File, 0, 0, 0, 0, 0, "", {}}).size(),
      tar_block);
}

TEST(TarHeader, CarriesWhatUstarCannot) {
  TarEntry entry{"big",
                 TarType::File,
                 0644,
                 3'000'000'000,
                 5,
                 9'000'000'000,
                 1,
                 "",
                 {{"user.b", std::string("\0\n=", 3)}, {"user.a", ""}}};
  auto back = read_back(entry);
  EXPECT_EQ(back.uid, 3'000'000'000);
  EXPECT_EQ(back.size, 9'000'000'000);
  EXPECT_EQ(back.xattrs, entry.xattrs);
  entry = {"link", TarType::SymbolicLink, 0777, 0, 0, 0, 0, std::string(500, 'x'), {}};
  EXPECT_EQ(read_back(entry).link, entry.link);
  entry = {"hard", TarType::HardLink, 0644, 0, 0, 0, 0, std::string(101, 'x'), {}};
  EXPECT_EQ(read_back(entry).link, entry.link);
}

TEST(TarHeader, CountsTheLengthOfARecordWithItself) {
  // Lengths around 100 and 1000, where the number of digits changes.
  for (std::size_t size = 60; size < 1000; size += 1) {
    const std::map<std::string, std::string> xattrs{{"user.x", std::string(size, 'v')}};
    ASSERT_EQ(read_back({"f", TarType::File, 0644, 0, 0, 0, 0, "", xattrs}).xattrs, xattrs) << size;
  }
}

}  // namespace
}  // namespace staves::oci
