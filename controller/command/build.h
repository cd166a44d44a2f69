#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "command/build_state.h"
#include "command/setting.h"

namespace staves::command {

/// An image whose build is followed.
struct FollowedImage {
  std::string name;
  Expectation expected;
};

/// Adds an image as the server has it. One that stands failed is asked to be tried again.
/// Errors: NotFound when its builder does not exist.
base::Done add_followed(const Setting& setting, const base::Json& object, std::vector<FollowedImage>& images);

/// Writes the annotation that builds once more; gives its value.
base::Result<std::string> ask_to_rebuild(const Setting& setting, const std::string& name);

/// Shows the builds until each has ended; gives the worst exit code of theirs, or `stopped` when the setting's stop
/// token asked for it. A server that does not answer for a while is waited for.
base::Result<int> follow_builds(const Setting& setting, const std::vector<FollowedImage>& images);

}  // namespace staves::command
