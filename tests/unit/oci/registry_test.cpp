#include "oci/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "oci/media_types.h"
#include "tests/unit/oci/quick_registry.h"

namespace staves::oci {
namespace {

using base::sha256_digest;
using test::FakeRegistry;
using test::quick_options;

const std::string manifest_type(media_type::manifest);

class RegistryTest : public testing::Test {
 protected:
  Reference reference(const std::string& rest) const { return *parse_reference(fake_.host() + "/acme/bash" + rest); }
  Descriptor add_blob(const std::string& bytes) {
    fake_.put_blob(sha256_digest(bytes), bytes);
    return {"", sha256_digest(bytes), bytes.size()};
  }
  base::Done get(const Descriptor& blob, std::string& into) {
    return registry_.get_blob(reference(""), blob, [&](std::string_view bytes) {
      into += bytes;
      return base::Done();
    });
  }

  FakeRegistry fake_;
  FakeRegistry storage_;
  Registry registry_{quick_options({fake_.host(), storage_.host()}), {}};
};

TEST_F(RegistryTest, ResolvesATagWithOneHead) {
  fake_.put_manifest("5.2", "{}", manifest_type);
  EXPECT_EQ(*registry_.resolve_digest(reference(":5.2")), sha256_digest("{}"));
  ASSERT_EQ(fake_.seen().size(), 1U);
  EXPECT_EQ(fake_.seen()[0].method, "HEAD");
  EXPECT_THAT(fake_.seen()[0].header("accept"), testing::HasSubstr("image.index.v1+json"));
}

TEST_F(RegistryTest, ComputesTheDigestWhenTheRegistryDoesNotSay) {
  fake_.put_manifest("latest", "{}", manifest_type);
  fake_.change([](auto& b) { b.pretended_digest = "md5:none"; });
  EXPECT_EQ(*registry_.resolve_digest(reference("")), sha256_digest("{}"));
}

TEST_F(RegistryTest, SaysWhichTagIsMissing) {
  const auto digest = registry_.resolve_digest(reference(":nope"));
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "NotFound");
  EXPECT_THAT(digest.error().message, testing::HasSubstr("/acme/bash:nope"));
}

TEST_F(RegistryTest, RefusesAManifestWithAnotherDigest) {
  const std::string wanted = sha256_digest("wanted");
  fake_.put_manifest(wanted, "other", manifest_type);
  const auto manifest = registry_.get_manifest(reference("@" + wanted));
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, "DigestMismatch");
}

TEST_F(RegistryTest, WaitsOutABusyRegistry) {
  fake_.put_manifest("latest", "{}", manifest_type);
  fake_.change([](auto& b) { b.busy = 3; });
  EXPECT_TRUE(registry_.resolve_digest(reference("")));
  EXPECT_EQ(fake_.seen().size(), 4U);
}

TEST_F(RegistryTest, GivesUpOnARegistryThatStaysBusy) {
  fake_.change([](auto& b) { b.busy = 100; });
  const auto digest = registry_.resolve_digest(reference(""));
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "RegistryUnreachable");
  EXPECT_EQ(digest.error().retry, base::Retry::soon());
  EXPECT_EQ(fake_.seen().size(), 4U);
}

TEST(RetryPolicy, DoublesAndObeysTheServerWithinReason) {
  using std::chrono::milliseconds;
  const RetryPolicy policy{6, milliseconds(500), milliseconds(30'000)};
  EXPECT_EQ(delay_after(policy, 1, milliseconds(0)), milliseconds(500));
  EXPECT_EQ(delay_after(policy, 4, milliseconds(0)), milliseconds(4000));
  EXPECT_EQ(delay_after(policy, 1, milliseconds(7000)), milliseconds(7000));
  EXPECT_EQ(delay_after(policy, 1, milliseconds(3'600'000)), milliseconds(30'000));
  EXPECT_EQ(delay_after(policy, 60, milliseconds(0)), milliseconds(30'000));
}

TEST_F(RegistryTest, IsUnreachableWhenNobodyListens) {
  std::string host;
  {
    host = FakeRegistry().host();
  }
  Registry registry(quick_options({host}), {});
  const auto digest = registry.resolve_digest(*parse_reference(host + "/x"));
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "RegistryUnreachable");
}

TEST_F(RegistryTest, SpeaksTlsUnlessToldOtherwise) {
  auto options = quick_options({});
  options.transport.connect_timeout = std::chrono::milliseconds(200);
  options.retry.attempts = 1;
  Registry registry(std::move(options), {});
  EXPECT_FALSE(registry.resolve_digest(reference("")));
  EXPECT_TRUE(fake_.seen().empty());
}

TEST_F(RegistryTest, StopsWaitingWhenAsked) {
  fake_.change([](auto& b) { b.busy = 1000; });
  auto options = quick_options({fake_.host()});
  options.retry = {1000, std::chrono::hours(1), std::chrono::hours(1)};
  Registry registry(std::move(options), {});
  std::stop_source stop;
  std::thread stopper([&] {
    while (fake_.seen().empty()) std::this_thread::yield();
    stop.request_stop();
  });
  const auto digest = registry.resolve_digest(reference(""), stop.get_token());
  stopper.join();
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, "Cancelled");
}

TEST_F(RegistryTest, FetchesABlob) {
  const auto blob = add_blob(std::string(300'000, 'b'));
  std::string got;
  ASSERT_TRUE(get(blob, got));
  EXPECT_EQ(got, std::string(300'000, 'b'));
}

TEST_F(RegistryTest, GoesOnWhereADownloadBroke) {
  const std::string bytes = std::string(100'000, 'a') + std::string(100'000, 'b');
  const auto blob = add_blob(bytes);
  fake_.change([](auto& b) { b.cut_downloads_after = {70'000, 0, 60'000, 0, 0, 1}; });
  std::string got;
  ASSERT_TRUE(get(blob, got));
  EXPECT_TRUE(got == bytes);
  EXPECT_EQ(fake_.seen()[1].header("range"), "bytes=70000-");
}

TEST_F(RegistryTest, SkipsWhatItHasWhenTheServerBeginsAnew) {
  const std::string bytes = std::string(100'000, 'a') + std::string(100'000, 'b');
  const auto blob = add_blob(bytes);
  fake_.change([](auto& b) {
    b.cut_downloads_after = {150'000};
    b.know_ranges = false;
  });
  std::string got;
  ASSERT_TRUE(get(blob, got));
  EXPECT_TRUE(got == bytes);
}

TEST_F(RegistryTest, GivesUpOnALineThatBreaksAtTheSamePlace) {
  const auto blob = add_blob("content");
  fake_.change([](auto& b) { b.cut_downloads_after = std::vector<std::size_t>(50, 0); });
  std::string got;
  const auto done = get(blob, got);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "RegistryUnreachable");
  EXPECT_EQ(fake_.seen().size(), 4U);
}

TEST_F(RegistryTest, NoticesABlobThatIsNotWhatItsDigestSays) {
  Descriptor blob{"", sha256_digest("wanted"), 6};
  fake_.put_blob(blob.digest, "forged");
  std::string got;
  EXPECT_EQ(get(blob, got).error().code, "DigestMismatch");
  fake_.put_blob(blob.digest, "much longer than it should be");
  got.clear();
  EXPECT_EQ(get(blob, got).error().code, "DigestMismatch");
  EXPECT_LE(got.size(), 6U);
}

TEST_F(RegistryTest, HandsOnTheErrorOfASink) {
  const auto blob = add_blob("content");
  const auto done = registry_.get_blob(reference(""), blob, [](std::string_view) {
    return base::Done(base::fail("DiskFull", "no room", base::Retry::soon()));
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "DiskFull");
  EXPECT_EQ(fake_.seen().size(), 1U);
}

TEST_F(RegistryTest, FollowsRedirectsOfBlobs) {
  const auto blob = add_blob("content");
  storage_.put_blob(blob.digest, "content");
  fake_.change([&](auto& b) { b.redirect_blobs_to = storage_.origin(); });
  std::string got;
  ASSERT_TRUE(get(blob, got));
  EXPECT_EQ(got, "content");
  EXPECT_THAT(storage_.seen().at(0).target, testing::HasSubstr("signature=s"));
}

TEST_F(RegistryTest, EndsRedirectsThatGoInCircles) {
  const auto blob = add_blob("content");
  fake_.change([&](auto& b) { b.redirect_blobs_to = fake_.origin(); });
  std::string got;
  const auto done = get(blob, got);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "RegistryRefused");
}

TEST_F(RegistryTest, PutsAManifestOnceAndReadsItBack) {
  const std::string bytes = R"({"schemaVersion":2})";
  const Descriptor manifest{manifest_type, sha256_digest(bytes), bytes.size()};
  EXPECT_EQ(registry_.push_manifest(reference(""), "latest", manifest, bytes), false);
  EXPECT_EQ(fake_.manifest("latest"), bytes);
  EXPECT_EQ(registry_.push_manifest(reference(""), "latest", manifest, bytes), true);
  EXPECT_EQ(registry_.push_manifest(reference(""), manifest.digest, manifest, bytes), true);
  EXPECT_EQ(fake_.count("PUT "), 1);
}

TEST_F(RegistryTest, DoesNotBelieveARegistryThatHasAnotherDigest) {
  fake_.change([](auto& b) { b.pretended_digest = sha256_digest("something else"); });
  const auto pushed = registry_.push_manifest(reference(""), "latest", {manifest_type, sha256_digest("{}"), 2}, "{}");
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, "DigestMismatch");
}

}  // namespace
}  // namespace staves::oci
