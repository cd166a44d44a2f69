#include "oci/manifest.h"

#include <gtest/gtest.h>

namespace staves::oci {
namespace {

const std::string digest_a = "sha256:" + std::string(64, 'a');
const std::string digest_b = "sha256:" + std::string(64, 'b');

TEST(Manifest, IsWrittenTheSameWayForEver) {
  const Manifest manifest{{"application/vnd.oci.image.config.v1+json", digest_a, 7},
                          {{"application/vnd.oci.image.layer.v1.tar+gzip", digest_b, 99}},
                          {{"z", "1"}, {"a", "ü"}}};
  EXPECT_EQ(manifest_document(manifest),
            R"({"annotations":{"a":"ü","z":"1"},"config":{"digest":")" + digest_a +
                R"(","mediaType":"application/vnd.oci.image.config.v1+json","size":7},"layers":[{"digest":")" +
                digest_b +
                R"(","mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":99}],)"
                R"("mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2})");
  EXPECT_EQ(*parse_manifest(manifest_document(manifest)), manifest);
}

TEST(Manifest, RefusesWhatIsNone) {
  for (const auto& text :
       std::vector<std::string>{"", "[]", "{}", R"({"config":{},"layers":[]})", R"({"config":1,"layers":2})",
                                R"({"config":{"digest":"sha256:x","size":1},"layers":[]})",
                                R"({"config":{"digest":")" + digest_a + R"(","size":-1},"layers":[]})",
                                R"({"config":{"digest":")" + digest_a + R"(","size":1},"layers":{}})",
                                R"({"config":{"digest":")" + digest_a + R"(","size":1},"layers":[3]})"}) {
    const auto manifest = parse_manifest(text);
    ASSERT_FALSE(manifest) << text;
    EXPECT_EQ(manifest.error().code, "ManifestMalformed");
  }
}

TEST(Index, ChoosesThePlatform) {
  const std::string index = R"({"manifests":[{"digest":")" + digest_b +
                            R"(","size":1,"platform":{"os":"linux","architecture":"arm64"}},
    {"digest":")" + digest_b +
                            R"(","size":1,"platform":{"os":"windows","architecture":"amd64"}},
    {"digest":")" + digest_b +
                            R"(","size":1},
    {"mediaType":"m","digest":")" +
                            digest_a + R"(","size":2,"platform":{"os":"linux","architecture":"amd64"}}]})";
  EXPECT_EQ(**select_platform(index, "amd64"), (Descriptor{"m", digest_a, 2}));
  EXPECT_EQ(select_platform(index, "riscv64").error().code, "NoSuchPlatform");
  EXPECT_FALSE(select_platform(R"({"config":{},"layers":[]})", "amd64")->has_value());
  EXPECT_EQ(select_platform(R"({"manifests":3})", "amd64").error().code, "ManifestMalformed");
}

}  // namespace
}  // namespace staves::oci
