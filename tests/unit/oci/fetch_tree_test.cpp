#include "oci/fetch_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/digest.h"
#include "base/files.h"
#include "oci/chunk_compressor.h"
#include "oci/manifest.h"
#include "oci/media_types.h"
#include "oci/tar_header.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/oci/quick_registry.h"

namespace staves::oci {
namespace {

using base::sha256_digest;
using test::FakeRegistry;
using test::quick_options;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

const std::string inside = "var/db/repos/gentoo";

/// A tar, file by file.
class Tar {
 public:
  Tar& file(const std::string& path, const std::string& text) {
    return entry({path, TarType::File, 0644, 0, 0, text.size(), 1000, "", {}}, text);
  }
  Tar& folder(const std::string& path) { return entry({path, TarType::Directory, 0700, 0, 0, 0, 1000, "", {}}); }
  Tar& symlink(const std::string& path, const std::string& to) {
    return entry({path, TarType::SymbolicLink, 0777, 0, 0, 0, 0, to, {}});
  }
  Tar& hard_link(const std::string& path, const std::string& to) {
    return entry({path, TarType::HardLink, 0644, 0, 0, 0, 0, to, {}});
  }

  std::string packed(api::Compression compression = api::Compression::Gzip) const {
    std::string out;
    ChunkCompressor compressor(compression, 1, [&](std::string_view bytes) {
      out += bytes;
      return base::Done();
    });
    EXPECT_TRUE(compressor.write(bytes_ + std::string(2 * tar_block, '\0')));
    EXPECT_TRUE(compressor.finish());
    return out;
  }

 private:
  Tar& entry(const TarEntry& header, const std::string& text = "") {
    bytes_ += tar_header(header) + text;
    bytes_.resize((bytes_.size() + tar_block - 1) / tar_block * tar_block, '\0');
    return *this;
  }
  std::string bytes_;
};

class FetchTreeTest : public testing::Test {
 protected:
  /// Puts an image with these layers into the registry.
  Reference add_image(const std::vector<std::string>& layers) {
    Manifest manifest{{"", sha256_digest("{}"), 2}, {}, {}};
    for (const auto& layer : layers) {
      fake_.put_blob(sha256_digest(layer), layer);
      manifest.layers.push_back({std::string(media_type::layer_gzip), sha256_digest(layer), layer.size()});
    }
    const auto bytes = manifest_document(manifest);
    fake_.put_manifest(sha256_digest(bytes), bytes, std::string(media_type::manifest));
    return *parse_reference(fake_.host() + "/gentoo/portage@" + sha256_digest(bytes));
  }

  std::filesystem::path trees() const { return work_.path() / "trees"; }
  std::filesystem::path destination() const { return trees() / "abc"; }

  base::Result<FetchedTree> fetch(const Reference& image, std::stop_token stop = {}) {
    Registry registry(quick_options({fake_.host()}), {});
    return fetch_tree(registry, {image, inside, destination(), "amd64"}, stop);
  }

  std::string read(const std::string& path) const { return base::read_file(destination() / path).value_or("<none>"); }

  std::vector<std::string> names(const std::filesystem::path& folder) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) found.push_back(entry.path().filename());
    std::ranges::sort(found);
    return found;
  }

  test::TemporaryDirectory work_;
  FakeRegistry fake_;
};

TEST_F(FetchTreeTest, BringsOnlyTheDirectoryOfTheTree) {
  const auto image =
      add_image({Tar().file("bin/sh", "shell").packed(), Tar()
                                                             .folder(inside + "/")
                                                             .file(inside + "/profiles/repo_name", "gentoo")
                                                             .file("./" + inside + "/x", "1")
                                                             .file(inside + "-other/y", "2")
                                                             .file("/" + inside + "/z", "3")
                                                             .symlink(inside + "/l", "x")
                                                             .hard_link(inside + "/h", inside + "/x")
                                                             .packed()});
  const auto fetched = fetch(image);
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_FALSE(fetched->was_there);
  EXPECT_THAT(names(destination()), ElementsAre("h", "l", "profiles", "x", "z"));
  EXPECT_EQ(read("profiles/repo_name") + read("h") + read("z"), "gentoo13");
  EXPECT_THAT(names(trees()), ElementsAre("abc", "abc.lock"));
}

TEST_F(FetchTreeTest, DoesNothingWhenTheTreeIsThere) {
  const auto image = add_image({Tar().file(inside + "/x", "1").packed()});
  ASSERT_TRUE(fetch(image));
  const auto requests = fake_.seen().size();
  EXPECT_TRUE(fetch(image)->was_there);
  EXPECT_EQ(fake_.seen().size(), requests);
}

TEST_F(FetchTreeTest, ReadsZstd) {
  ASSERT_TRUE(fetch(add_image({Tar().file(inside + "/x", "1").packed(api::Compression::Zstd)})));
  EXPECT_EQ(read("x"), "1");
}

TEST_F(FetchTreeTest, HonoursWhatUpperLayersDelete) {
  const auto image =
      add_image({Tar().file(inside + "/a/old", "1").file(inside + "/b", "1").file(inside + "/c/d", "1").packed(),
                 Tar()
                     .file(inside + "/.wh.b", "")
                     .file(inside + "/c/.wh..wh..opq", "")
                     .file(inside + "/c/e", "2")
                     .file(inside + "/a/old", "2")
                     .packed()});
  ASSERT_TRUE(fetch(image));
  EXPECT_THAT(names(destination()), ElementsAre("a", "c"));
  EXPECT_THAT(names(destination() / "c"), ElementsAre("e"));
  EXPECT_EQ(read("a/old"), "2");
}

TEST_F(FetchTreeTest, HonoursTheDeletionOfAFolderAbove) {
  const auto image = add_image({Tar().file(inside + "/old", "1").packed(),
                                Tar().file("var/db/.wh.repos", "").file(inside + "/new", "2").packed()});
  ASSERT_TRUE(fetch(image));
  EXPECT_THAT(names(destination()), ElementsAre("new"));
}

TEST_F(FetchTreeTest, ChoosesTheManifestOfThePlatform) {
  const auto child = add_image({Tar().file(inside + "/x", "1").packed()});
  const std::string index = R"({"schemaVersion":2,"manifests":[{"mediaType":"m","digest":")" + child.digest +
                            R"(","size":1,"platform":{"os":"linux","architecture":"amd64"}}]})";
  fake_.put_manifest(sha256_digest(index), index, std::string(media_type::index));
  ASSERT_TRUE(fetch(*parse_reference(fake_.host() + "/gentoo/portage@" + sha256_digest(index))));
  EXPECT_EQ(read("x"), "1");
}

TEST_F(FetchTreeTest, LeavesNothingBehindWhenItFails) {
  const auto layer = Tar().file(inside + "/x", "1").packed();
  const auto image = add_image({layer});
  std::string forged = layer;
  forged[layer.size() - 1] ^= 1;
  fake_.put_blob(sha256_digest(layer), forged);
  ASSERT_FALSE(fetch(image));
  EXPECT_THAT(names(trees()), ElementsAre("abc.lock"));
}

TEST_F(FetchTreeTest, TrustsTheDigestMoreThanTheArchive) {
  const auto real = Tar().file(inside + "/x", "1").packed();
  std::string forged;
  // Of the same size, so that only the digest tells.
  for (char other = '2'; other <= 'z' && forged.size() != real.size(); ++other) {
    forged = Tar().file(inside + "/x", std::string(1, other)).packed();
  }
  ASSERT_EQ(real.size(), forged.size());
  const auto image = add_image({real});
  fake_.put_blob(sha256_digest(real), forged);
  const auto fetched = fetch(image);
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, "DigestMismatch");
  EXPECT_FALSE(std::filesystem::exists(destination()));
}

TEST_F(FetchTreeTest, RefusesArchivesThatWantOut) {
  std::ofstream(work_.path() / "outside") << "untouched";
  const std::vector<std::string> evil = {
      Tar().file(inside + "/../../../../../../outside", "evil").packed(),
      Tar().symlink(inside + "/door", "../..").file(inside + "/door/outside", "evil").packed(),
      Tar().symlink(inside + "/door", "/").packed(),
      Tar().file(inside + "/x", "1").hard_link(inside + "/stolen", "etc/shadow").packed(),
      Tar().hard_link(inside + "/stolen", inside + "/../../../../etc/shadow").packed(),
  };
  for (const auto& layer : evil) {
    const auto fetched = fetch(add_image({layer}));
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, "TreeUnsafe");
  }
  EXPECT_EQ(*base::read_file(work_.path() / "outside"), "untouched");
}

TEST_F(FetchTreeTest, WritesThroughNoLinkOfTheTreeItself) {
  const auto image = add_image(
      {Tar().file(inside + "/real/x", "1").symlink(inside + "/alias", "real").file(inside + "/alias/y", "2").packed()});
  EXPECT_FALSE(fetch(image));
}

TEST_F(FetchTreeTest, SaysThatAnImageHasNoTree) {
  const auto fetched = fetch(add_image({Tar().file("bin/sh", "1").packed()}));
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, "TreeAbsent");
}

TEST_F(FetchTreeTest, SaysThatALayerIsNoArchive) {
  const auto fetched = fetch(add_image({"this is not a tar"}));
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, "LayerMalformed");
}

TEST_F(FetchTreeTest, RemovesWhatDeadRunsLeft) {
  std::filesystem::create_directories(trees() / "abc.tmp.123/deep");
  std::filesystem::create_directories(trees() / "other.tmp.123");
  ASSERT_TRUE(fetch(add_image({Tar().file(inside + "/x", "1").packed()})));
  EXPECT_THAT(names(trees()), ElementsAre("abc", "abc.lock", "other.tmp.123"));
}

TEST_F(FetchTreeTest, FetchesOnceForAllWhoWant) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919);
  const auto image = add_image({Tar().file(inside + "/x", text).packed()});
  std::vector<std::jthread> pods;
  std::atomic<int> fetched_by = 0;
  std::atomic<int> succeeded = 0;
  for (int i = 0; i < 4; ++i) {
    pods.emplace_back([&] {
      if (const auto fetched = fetch(image)) {
        ++succeeded;
        if (!fetched->was_there) ++fetched_by;
      }
    });
  }
  pods.clear();
  EXPECT_EQ(succeeded, 4);
  EXPECT_EQ(fetched_by, 1);
  EXPECT_EQ(fake_.count("GET /v2/gentoo/portage/blobs/"), 1);
}

TEST_F(FetchTreeTest, SurvivesABrokenLine) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919);
  const auto image = add_image({Tar().file(inside + "/x", text).packed()});
  fake_.change([](auto& b) { b.cut_downloads_after = {50'000, 10, 0}; });
  ASSERT_TRUE(fetch(image));
  EXPECT_TRUE(read("x") == text);
}

}  // namespace
}  // namespace staves::oci
