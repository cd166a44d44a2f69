#include "oci/reference.h"

#include <gtest/gtest.h>

namespace staves::oci {
namespace {

const std::string hex(64, 'a');

TEST(Reference, ReadsWhatPeopleWrite) {
  const std::vector<std::pair<std::string, Reference>> table = {
      {"bash", {"docker.io", "library/bash", "", ""}},
      {"gentoo/stage3:latest", {"docker.io", "gentoo/stage3", "latest", ""}},
      {"docker.io/bash", {"docker.io", "library/bash", "", ""}},
      {"index.docker.io/gentoo/portage", {"docker.io", "gentoo/portage", "", ""}},
      {"localhost/x", {"localhost", "x", "", ""}},
      {"localhost:5000/a/b/c:1.0_x-y", {"localhost:5000", "a/b/c", "1.0_x-y", ""}},
      {"ghcr.io/acme/bash@sha256:" + hex, {"ghcr.io", "acme/bash", "", "sha256:" + hex}},
      {"ghcr.io/acme/bash:5@sha256:" + hex, {"ghcr.io", "acme/bash", "5", "sha256:" + hex}},
      {"[::1]:5000/x", {"[::1]:5000", "x", "", ""}},
      {"10.0.0.1:80/a--b/c__d.e", {"10.0.0.1:80", "a--b/c__d.e", "", ""}},
  };
  for (const auto& [text, wanted] : table) {
    const auto got = parse_reference(text);
    ASSERT_TRUE(got) << text << ": " << got.error().message;
    EXPECT_EQ(*got, wanted) << text;
  }
}

TEST(Reference, RefusesWhatNoRegistryTakes) {
  for (const auto& text : std::vector<std::string>{"",
                                                   ":tag",
                                                   "@sha256:" + hex,
                                                   "a/b:",
                                                   "a/b@sha256:12",
                                                   "a/b@md5:" + hex,
                                                   "UPPER.io/X",
                                                   "a//b",
                                                   "/a",
                                                   "a/",
                                                   "-a/b",
                                                   "a/b_",
                                                   "a/b___c",
                                                   "a/b..c",
                                                   "a b",
                                                   "host:port/x",
                                                   "host:123456/x",
                                                   "https://ghcr.io/x",
                                                   "[::1/x",
                                                   "a/b:.tag",
                                                   "a/b:" + std::string(129, 't'),
                                                   "ghcr.io/" + std::string(256, 'x'),
                                                   std::string(250, 'x'),
                                                   "a/b\n",
                                                   "user@host/x",
                                                   "[]/x",
                                                   "host_name.io/x"}) {
    const auto got = parse_reference(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error().code, "InvalidReference");
    EXPECT_EQ(got.error().retry, base::Retry::when_spec_changes());
  }
}

TEST(Reference, TakesOnlyPortsThatThereAre) {
  for (const std::string port : {"1", "80", "5000", "65535"}) {
    EXPECT_TRUE(parse_repository("10.0.0.1:" + port + "/x")) << port;
    EXPECT_TRUE(parse_repository("[::1]:" + port + "/x")) << port;
  }
  for (const std::string port : {"0", "65536", "99999", "123456", "-1", "+1", "8o", ""}) {
    EXPECT_FALSE(parse_repository("10.0.0.1:" + port + "/x")) << port;
    EXPECT_FALSE(parse_repository("[::1]:" + port + "/x")) << port;
  }
}

TEST(Reference, IsWrittenAsItIsRead) {
  for (const auto& text :
       std::vector<std::string>{"ghcr.io/acme/bash", "localhost:5000/x:1", "docker.io/library/bash:5@sha256:" + hex}) {
    EXPECT_EQ(to_string(*parse_reference(text)), text);
  }
}

TEST(Reference, NamesTheManifestByDigestFirst) {
  EXPECT_EQ(manifest_name({"h", "p", "tag", "sha256:x"}), "sha256:x");
  EXPECT_EQ(manifest_name({"h", "p", "tag", ""}), "tag");
  EXPECT_EQ(manifest_name({"h", "p", "", ""}), "latest");
}

TEST(Reference, KnowsWhereDockerHubListens) {
  EXPECT_EQ(api_host("docker.io"), "registry-1.docker.io");
  EXPECT_EQ(api_host("quay.io"), "quay.io");
}

TEST(Repository, HasNoTagAndNoDigest) {
  EXPECT_TRUE(parse_repository("localhost:5000/x"));
  EXPECT_FALSE(parse_repository("localhost:5000/x:1"));
  EXPECT_FALSE(parse_repository("x@sha256:" + hex));
}

}  // namespace
}  // namespace staves::oci
