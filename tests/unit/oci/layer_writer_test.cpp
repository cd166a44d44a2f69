#include "oci/layer_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/digest.h"
#include "base/files.h"
#include "oci/file_attributes.h"
#include "oci/media_types.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/oci/unpack.h"

namespace staves::oci {
namespace {

using testing::ElementsAre;

constexpr std::int64_t epoch = 1'700'000'000;

struct Made {
  base::Result<Layer> layer;
  std::string bytes;
};

class LayerWriterTest : public testing::Test {
 protected:
  std::filesystem::path root() const { return work_.path() / "root"; }

  void SetUp() override { std::filesystem::create_directory(root()); }

  void write(const std::string& path, const std::string& text, std::int64_t mtime = epoch - 1000) {
    std::filesystem::create_directories((root() / path).parent_path());
    std::ofstream(root() / path) << text;
    age(path, mtime);
  }

  void age(const std::string& path, std::int64_t mtime) {
    const timespec times[2] = {{mtime, 123}, {mtime, 456}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (root() / path).c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }

  Made make(api::Compression compression = api::Compression::Gzip, unsigned threads = 2) const {
    const auto spool = work_.path() / "layer";
    const int file = ::open(spool.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    Made made{write_layer({root(), epoch, compression, threads}, file, {}), {}};
    ::close(file);
    made.bytes = *base::read_file(spool, 64U << 20U);
    return made;
  }

  test::TemporaryDirectory work_;
};

TEST_F(LayerWriterTest, SortsByBytesWithFoldersFirst) {
  for (const std::string path : {"a/z", "a-b", "a.c", "aa", "B", "\xc3\xbc", "a/b/c"}) write(path, path);
  const auto made = make();
  ASSERT_TRUE(made.layer) << made.layer.error().message;
  EXPECT_THAT(test::unpack(made.bytes).paths,
              ElementsAre("B", "a-b", "a.c", "a/", "a/b/", "a/b/c", "a/z", "aa", "\xc3\xbc"));
}

TEST_F(LayerWriterTest, DescribesWhatItWrote) {
  write("file", std::string(1000, 'x'));
  for (const auto compression : {api::Compression::Gzip, api::Compression::Zstd}) {
    const auto made = make(compression);
    ASSERT_TRUE(made.layer);
    EXPECT_EQ(made.layer->descriptor.digest, base::sha256_digest(made.bytes));
    EXPECT_EQ(made.layer->descriptor.size, made.bytes.size());
    EXPECT_EQ(made.layer->uncompressed_bytes, 512U + 1024U + 1024U);
    EXPECT_EQ(made.layer->descriptor.media_type,
              compression == api::Compression::Gzip ? media_type::layer_gzip : media_type::layer_zstd);
  }
  EXPECT_EQ(make(api::Compression::Gzip).layer->diff_id, make(api::Compression::Zstd).layer->diff_id);
}

TEST_F(LayerWriterTest, ClampsTimesAndSetsThoseOfFolders) {
  write("d/old", "x", 1000);
  write("d/young", "x", epoch + 5000);
  write("d/before-1970", "x", -5);
  std::filesystem::create_symlink("old", root() / "d/link");
  age("d/link", epoch + 9);
  EXPECT_THAT(test::unpack(make().bytes).lines,
              ElementsAre("d d/ 755 0 1700000000", "f d/before-1970 644 1 0", "l d/link 777 0 1700000000 old",
                          "f d/old 644 1 1000", "f d/young 644 1 1700000000"));
}

TEST_F(LayerWriterTest, WritesAFileWithSeveralNamesOnce) {
  write("z/data", "content");
  std::filesystem::create_directories(root() / "a");
  std::filesystem::create_hard_link(root() / "z/data", root() / "a/first");
  std::filesystem::create_hard_link(root() / "z/data", root() / "m");
  const auto unpacked = test::unpack(make().bytes);
  EXPECT_EQ(unpacked.lines[1], "f a/first 644 7 1699999000");
  EXPECT_EQ(unpacked.lines[2], "h m 644 0 1699999000 a/first");
  EXPECT_EQ(unpacked.lines[4], "h z/data 644 0 1699999000 a/first");
  EXPECT_EQ(unpacked.contents, "content");
}

TEST_F(LayerWriterTest, KeepsModesAndCapabilitiesAndUserAttributes) {
  write("su", "x");
  ::chmod((root() / "su").c_str(), 06751);
  // Revision 2: cap_net_raw, effective.
  const std::string capability("\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  ASSERT_EQ(::setxattr((root() / "su").c_str(), "security.capability", capability.data(), capability.size(), 0), 0);
  ASSERT_EQ(::setxattr((root() / "su").c_str(), "user.zz", "2", 1, 0), 0);
  ASSERT_EQ(::setxattr((root() / "su").c_str(), "user.aa", "1", 1, 0), 0);
  const auto unpacked = test::unpack(make().bytes);
  EXPECT_EQ(unpacked.lines[0], "f su 6751 1 1699999000");
  EXPECT_THAT(unpacked.xattrs,
              testing::UnorderedElementsAre("su security.capability=" + capability, "su user.aa=1", "su user.zz=2"));
}

TEST(FileAttributes, FreeCapabilitiesFromTheirUserNamespace) {
  const std::string bound(
      "\x01\x00\x00\x03\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xa0\x86\x01\x00", 24);
  const std::string unbound("\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  EXPECT_EQ(without_namespace(bound), unbound);
  EXPECT_EQ(without_namespace(unbound), unbound);
  EXPECT_EQ(without_namespace("short"), "short");
}

TEST_F(LayerWriterTest, GivesTheSameBytesHoweverTheTreeWasMade) {
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("dir" + std::to_string(i % 7) + "/file" + std::to_string(i));
  for (const auto& name : names) write(name, std::string(static_cast<std::size_t>(name.size()) * 197, name.back()));
  const auto first = make(api::Compression::Gzip, 1);
  std::filesystem::remove_all(root());
  std::filesystem::create_directory(root());
  std::ranges::reverse(names);
  const mode_t before = ::umask(0022);
  for (const auto& name : names) write(name, std::string(static_cast<std::size_t>(name.size()) * 197, name.back()));
  ::umask(before);
  age("dir3", 77);
  const auto second = make(api::Compression::Gzip, 5);
  ASSERT_TRUE(first.layer && second.layer);
  EXPECT_EQ(first.layer->descriptor, second.layer->descriptor);
  EXPECT_EQ(first.layer->diff_id, second.layer->diff_id);
}

TEST_F(LayerWriterTest, CarriesFilesOnEveryChunkBoundary) {
  std::string wanted;
  int number = 100;
  for (const std::size_t size : {(1U << 20U) - 512U, 1U << 20U, (1U << 20U) + 1U, 512U, 511U, 0U, 3U << 20U}) {
    const std::string text(size, static_cast<char>('a' + number % 26));
    write(std::to_string(number++), text);
    wanted += text;
  }
  const auto made = make();
  ASSERT_TRUE(made.layer);
  EXPECT_TRUE(test::unpack(made.bytes).contents == wanted);
}

TEST_F(LayerWriterTest, LeavesSocketsOutAndSaysSo) {
  write("file", "x");
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = (root() / "sock").string();
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(socket);
  ASSERT_EQ(::mkfifo((root() / "pipe").c_str(), 0600), 0);
  const auto made = make();
  ASSERT_TRUE(made.layer);
  EXPECT_THAT(made.layer->left_out, ElementsAre("/sock"));
  EXPECT_THAT(test::unpack(made.bytes).paths, ElementsAre("file", "pipe"));
}

TEST_F(LayerWriterTest, RefusesNamesThatMeanDeletion) {
  write("etc/.wh.passwd", "");
  const auto made = make();
  ASSERT_FALSE(made.layer);
  EXPECT_EQ(made.layer.error().code, "TreeInvalid");
  EXPECT_THAT(made.layer.error().message, testing::HasSubstr("/etc/.wh.passwd"));
}

TEST_F(LayerWriterTest, RefusesAbsurdDepth) {
  std::filesystem::path path = root();
  for (int i = 0; i < 300; ++i) {
    path /= "d";
    std::filesystem::create_directory(path);
  }
  const auto made = make();
  ASSERT_FALSE(made.layer);
  EXPECT_EQ(made.layer.error().code, "TreeInvalid");
}

TEST_F(LayerWriterTest, NeverFollowsALinkOutOfTheTree) {
  std::filesystem::create_directory(work_.path() / "outside");
  std::ofstream(work_.path() / "outside/secret") << "secret";
  std::filesystem::create_directory_symlink(work_.path() / "outside", root() / "etc");
  std::filesystem::create_symlink(work_.path() / "outside/secret", root() / "file");
  const auto unpacked = test::unpack(make().bytes);
  EXPECT_THAT(unpacked.paths, ElementsAre("etc", "file"));
  EXPECT_EQ(unpacked.contents, "");
}

TEST_F(LayerWriterTest, IsNotLedOutsideByARace) {
  std::filesystem::create_directory(work_.path() / "outside");
  for (int i = 0; i < 50; ++i) std::ofstream(work_.path() / "outside" / std::to_string(i)) << "secret";
  write("dir/file", "harmless");
  std::filesystem::create_directory_symlink(work_.path() / "outside", root() / "trap");
  std::atomic<bool> enough = false;
  // Swaps the directory and the link as fast as it can, in one step each time.
  std::thread attacker([&] {
    while (!enough)
      ::renameat2(AT_FDCWD, (root() / "dir").c_str(), AT_FDCWD, (root() / "trap").c_str(), RENAME_EXCHANGE);
  });
  for (int i = 0; i < 100; ++i) {
    const auto made = make();
    EXPECT_EQ(test::unpack(made.bytes).contents.find("secret"), std::string::npos);
  }
  enough = true;
  attacker.join();
}

TEST_F(LayerWriterTest, StopsWhenAsked) {
  write("file", "x");
  std::stop_source stop;
  stop.request_stop();
  const int file = ::open((work_.path() / "layer").c_str(), O_RDWR | O_CREAT, 0600);
  const auto layer = write_layer({root(), epoch, api::Compression::Gzip, 1}, file, stop.get_token());
  ::close(file);
  ASSERT_FALSE(layer);
  EXPECT_EQ(layer.error().code, "Cancelled");
}

TEST_F(LayerWriterTest, SaysWhenTheDiskIsFull) {
  write("file", std::string(100000, 'x'));
  const int file = ::open("/dev/full", O_WRONLY);
  const auto layer = write_layer({root(), epoch, api::Compression::Gzip, 1}, file, {});
  ::close(file);
  ASSERT_FALSE(layer);
  EXPECT_EQ(layer.error().code, "DiskFull");
}

}  // namespace
}  // namespace staves::oci
