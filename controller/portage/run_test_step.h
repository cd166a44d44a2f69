#pragma once

#include <filesystem>
#include <stop_token>

#include "portage/paths.h"

namespace staves::portage {

/// The step `test`: waits until `emerge` has finished the root, runs the image's own test command in it, with the
/// environment and in the directory that the image will have, and leaves its result. `self` is this program, which
/// enters the root for the command. Gives the exit code of the step: 10 when the test failed.
/// Source: spec.test; design/0001-the-way-of-a-build.md, The pod.
int run_test_step(const Paths& paths, const std::filesystem::path& self, const std::stop_token& stop);

}  // namespace staves::portage
