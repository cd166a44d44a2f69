#include "oci/url.h"

#include <gtest/gtest.h>

namespace staves::oci {
namespace {

TEST(Url, ResolvesEveryKindOfLocation) {
  const Url base = *parse_url("https://Ghcr.io/v2/x/blobs/uploads/?a=b");
  const std::vector<std::pair<std::string, std::string>> table = {
      {"/v2/x/blobs/uploads/1?s=t", "https://ghcr.io/v2/x/blobs/uploads/1?s=t"},
      {"1?s=t", "https://ghcr.io/v2/x/blobs/uploads/1?s=t"},
      {"?s=t", "https://ghcr.io/v2/x/blobs/uploads/?s=t"},
      {"//other.io/y", "https://other.io/y"},
      {"http://other.io:8080/y?z=https://w/", "http://other.io:8080/y?z=https://w/"},
      {"/y?z=https://w/", "https://ghcr.io/y?z=https://w/"},
      {"https://other.io", "https://other.io/"},
      {"https://other.io?x=1", "https://other.io/?x=1"},
      {"/y#part", "https://ghcr.io/y"},
  };
  for (const auto& [location, wanted] : table) {
    const auto got = resolve_location(base, location);
    ASSERT_TRUE(got) << location;
    EXPECT_EQ(to_string(*got), wanted) << location;
  }
}

TEST(Url, RefusesWhatIsNotHttpOrCarriesMore) {
  for (const std::string text :
       {"file:///etc/passwd", "ftp://x/", "x", "", "http://", "http://user:secret@host/", "http://a b/",
        "http://a/\r\nX: y", "http://a/\x01", "https://:443/", "https://e:443:443/", "https://e:x/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
  EXPECT_FALSE(resolve_location({"http", "h", "/"}, ""));
  EXPECT_FALSE(resolve_location({"https", "h", "/"}, "//:443"));
  EXPECT_FALSE(resolve_location({"http", "h", "/"}, "/a\r\nb"));
}

TEST(Url, TellsOriginsApart) {
  EXPECT_EQ(origin_of(*parse_url("https://h:443/x")), origin_of(*parse_url("https://H/y")));
  EXPECT_NE(origin_of(*parse_url("https://h/")), origin_of(*parse_url("http://h/")));
  EXPECT_NE(origin_of(*parse_url("https://h/")), origin_of(*parse_url("https://h:8443/")));
  EXPECT_NE(origin_of(*parse_url("https://h:80/")), origin_of(*parse_url("https://h/")));
}

TEST(Url, AddsAQueryWhateverIsThere) {
  EXPECT_EQ(with_query("/a", "digest", "sha256:1"), "/a?digest=sha256%3A1");
  EXPECT_EQ(with_query("/a?s=1", "digest", "x y"), "/a?s=1&digest=x%20y");
}

}  // namespace
}  // namespace staves::oci
