#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string_view>

#include "oci/registry.h"

namespace staves::oci {

/// Where `publish` finds what it needs.
/// Source: design/0001-the-way-of-a-build.md, The pod.
struct PublishPlaces {
  std::filesystem::path plan = "/staves/plan/plan";
  std::filesystem::path handover = "/staves/handover";
  std::filesystem::path root = "/rootfs";
  std::filesystem::path scratch = "/staves/scratch";
  std::filesystem::path push_secret = "/staves/secrets/push/config.json";
  std::filesystem::path termination_message = "/dev/termination-log";
};

/// The whole step: checks the credentials at once, waits for `emerge`, makes and pushes the image, leaves its result.
/// Gives the exit code. `options` says how registries are reached; the plan adds its insecure ones. `print` gets the
/// progress of `emerge` in lines.
int run_publish_step(const PublishPlaces& places, RegistryOptions options,
                     const std::function<void(std::string_view)>& print, std::stop_token stop);

}  // namespace staves::oci
