#include "base/digest.h"

#include "gtest/gtest.h"

namespace staves::base {
namespace {

constexpr auto abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Digest, IsWrittenAsOciWritesIt) {
  EXPECT_EQ(sha256_digest("abc"), abc);
}

TEST(Digest, IsTheSameHoweverTheBytesCome) {
  Sha256 hash;
  hash.update("a");
  hash.update("");
  hash.update("bc");
  EXPECT_EQ(hash.finish(), abc);
}

TEST(Digest, IsRecognisedOnlyInItsOneSpelling) {
  EXPECT_TRUE(is_sha256_digest(abc));
  const std::string text(abc);
  EXPECT_FALSE(is_sha256_digest(text.substr(1)));
  EXPECT_FALSE(is_sha256_digest(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(is_sha256_digest(text + "0"));
  EXPECT_FALSE(is_sha256_digest("sha512:" + text.substr(7)));
  EXPECT_FALSE(is_sha256_digest("sha256:" + std::string(63, '0') + "A"));
}

TEST(Digest, ShortHashIsTheFrontOfTheHexDigits) {
  EXPECT_EQ(short_hash("abc", 8), "ba7816bf");
  EXPECT_EQ(short_hash("abc", 100), std::string(abc).substr(7));
}

}  // namespace
}  // namespace staves::base
