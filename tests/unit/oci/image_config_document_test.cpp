#include "oci/image_config_document.h"

#include <gtest/gtest.h>

#include "nlohmann/json.hpp"
#include "oci/platform.h"

namespace staves::oci {
namespace {

using nlohmann::json;

TEST(ImageConfigDocument, SaysHowTheImageIsRun) {
  ImageConfigSource source;
  source.config = {{"/bin/bash", "-c"}, {"echo"}, {{"B", "2"}, {"A", "x=y"}}, "1000:100", "/w", {"80/tcp"},
                   {"/data"},           "SIGINT"};
  source.labels = {{"team", "shell"}};
  source.platform = {.architecture = "arm64", .variant = "v8"};
  source.diff_id = "sha256:abc";
  source.source_date_epoch = 1'700'000'000;
  EXPECT_EQ(json::parse(image_config_document(source)), json::parse(R"({
    "architecture": "arm64", "variant": "v8", "os": "linux", "created": "2023-11-14T22:13:20Z",
    "config": {"Entrypoint": ["/bin/bash", "-c"], "Cmd": ["echo"], "User": "1000:100", "WorkingDir": "/w", "StopSignal": "SIGINT",
      "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "B=2", "A=x=y"],
      "ExposedPorts": {"80/tcp": {}}, "Volumes": {"/data": {}}, "Labels": {"team": "shell"}},
    "history": [{"created": "2023-11-14T22:13:20Z", "created_by": "staves"}],
    "rootfs": {"type": "layers", "diff_ids": ["sha256:abc"]}})"));
}

TEST(ImageConfigDocument, LeavesTheUsersPathAloneAndEmptyThingsOut) {
  ImageConfigSource source;
  source.config.env = {{"PATH", "/opt"}};
  EXPECT_EQ(json::parse(image_config_document(source))["config"], json::parse(R"({"Env": ["PATH=/opt"]})"));
}

TEST(Platform, SpeaksOfMachinesAsGoDoes) {
  EXPECT_EQ(architecture_of("x86_64"), "amd64");
  EXPECT_EQ(architecture_of("aarch64"), "arm64");
  EXPECT_EQ(architecture_of("sparc64"), "sparc64");
  EXPECT_NE(own_architecture(), "");
}

}  // namespace
}  // namespace staves::oci
