#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/digest.h"
#include "oci/registry.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/oci/quick_registry.h"

namespace staves::oci {
namespace {

using base::sha256_digest;
using test::FakeRegistry;
using test::quick_options;

class UploadTest : public testing::Test {
 protected:
  UploadTest() {
    for (int i = 0; i < 30'000; ++i) bytes_ += std::to_string(i) + "\n";
    blob_ = {"", sha256_digest(bytes_), bytes_.size()};
    const auto path = work_.path() / "layer";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    EXPECT_EQ(::write(file_, bytes_.data(), bytes_.size()), static_cast<ssize_t>(bytes_.size()));
  }
  ~UploadTest() override { ::close(file_); }

  base::Result<PushedBlob> push(std::string_view mount_from = {}) {
    Registry registry(quick_options({fake_.host()}), {});
    return registry.push_blob(*parse_reference(fake_.host() + "/acme/bash"), blob_, file_, mount_from);
  }

  std::vector<std::string> content_ranges() const {
    std::vector<std::string> ranges;
    for (const auto& seen : fake_.seen()) {
      if (seen.method == "PATCH") ranges.push_back(seen.header("content-range"));
    }
    return ranges;
  }

  test::TemporaryDirectory work_;
  FakeRegistry fake_;
  std::string bytes_;
  Descriptor blob_;
  int file_ = -1;
};

TEST_F(UploadTest, SendsAFileInOnePiece) {
  const auto pushed = push();
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_EQ(pushed->uploaded_bytes, bytes_.size());
  EXPECT_TRUE(fake_.blob(blob_.digest) == bytes_);
  EXPECT_EQ(fake_.seen().size(), 4U);
}

TEST_F(UploadTest, SendsNothingThatIsThere) {
  fake_.put_blob(blob_.digest, bytes_);
  EXPECT_EQ(push()->uploaded_bytes, 0U);
  EXPECT_EQ(fake_.seen().size(), 1U);
}

TEST_F(UploadTest, MountsWhatAnotherRepositoryHas) {
  fake_.change([](auto& b) { b.mountable_from = "acme/base"; });
  const auto pushed = push("acme/base");
  ASSERT_TRUE(pushed);
  EXPECT_TRUE(pushed->mounted);
  EXPECT_EQ(pushed->uploaded_bytes, 0U);
  EXPECT_EQ(fake_.count("PATCH"), 0);
}

TEST_F(UploadTest, UploadsWhatCannotBeMounted) {
  const auto pushed = push("acme/base");
  ASSERT_TRUE(pushed);
  EXPECT_FALSE(pushed->mounted);
  EXPECT_TRUE(fake_.blob(blob_.digest) == bytes_);
}

TEST_F(UploadTest, TakesAbsoluteLocations) {
  fake_.change([&](auto& b) { b.upload_origin = fake_.origin(); });
  ASSERT_TRUE(push());
  EXPECT_EQ(fake_.count("PUT /v2/acme/bash/blobs/uploads/u1?state=a%2Bb&digest=sha256%3A"), 1);
}

TEST_F(UploadTest, GoesOnWhereTheLineBroke) {
  fake_.change([](auto& b) { b.cut_uploads_after = {50'000, 60'000}; });
  ASSERT_TRUE(push());
  EXPECT_TRUE(fake_.blob(blob_.digest) == bytes_);
  const auto last = std::to_string(bytes_.size() - 1);
  EXPECT_THAT(content_ranges(), testing::ElementsAre("", "50000-" + last, "110000-" + last));
  EXPECT_EQ(fake_.count("POST"), 1);
}

TEST_F(UploadTest, GoesOnWithBytesAsWithAFile) {
  fake_.change([](auto& b) { b.cut_uploads_after = {50'000, 60'000}; });
  Registry registry(quick_options({fake_.host()}), {});
  ASSERT_TRUE(registry.push_blob(*parse_reference(fake_.host() + "/acme/bash"), blob_, bytes_));
  EXPECT_TRUE(fake_.blob(blob_.digest) == bytes_);
  EXPECT_EQ(fake_.count("POST"), 1);
}

TEST_F(UploadTest, BeginsAnewWhenTheRegistryForgot) {
  fake_.change([](auto& b) {
    b.cut_uploads_after = {50'000};
    b.forget_cut_uploads = true;
  });
  ASSERT_TRUE(push());
  EXPECT_TRUE(fake_.blob(blob_.digest) == bytes_);
  EXPECT_EQ(fake_.count("POST"), 2);
}

TEST_F(UploadTest, GivesUpOnALineThatNeverHolds) {
  fake_.change([](auto& b) { b.cut_uploads_after = std::vector<std::size_t>(100, 0); });
  const auto pushed = push();
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, "RegistryUnreachable");
  EXPECT_LE(fake_.count("PATCH"), 16);
}

TEST_F(UploadTest, LooksWhenTheLastAnswerWasLost) {
  fake_.change([](auto& b) { b.lose_commit_answer = true; });
  ASSERT_TRUE(push());
  EXPECT_TRUE(fake_.blob(blob_.digest) == bytes_);
  EXPECT_EQ(fake_.count("POST"), 1);
  EXPECT_EQ(fake_.count("HEAD"), 2);
}

TEST_F(UploadTest, SaysThatALayerIsTooLarge) {
  fake_.change([](auto& b) { b.too_large_status = 413; });
  const auto pushed = push();
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, "TooLarge");
  EXPECT_EQ(pushed.error().retry, base::Retry::when_spec_changes());
}

TEST_F(UploadTest, NeverSucceedsWithOtherContent) {
  blob_.digest = sha256_digest("something else");
  const auto pushed = push();
  ASSERT_FALSE(pushed);
  EXPECT_EQ(fake_.count("POST"), 4);
}

TEST_F(UploadTest, SaysThatTheFileBecameShorter) {
  ASSERT_EQ(::ftruncate(file_, 1000), 0);
  const auto pushed = push();
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, "FileUnreadable");
}

}  // namespace
}  // namespace staves::oci
