#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/stavesbuilder.h"

namespace staves::decide {

/// What a Job's name is made of, besides the image's own name.
struct JobIdentity {
  std::string_view image_uid;
  std::int64_t number = 0;
  std::int64_t attempt = 1;
  std::string_view inputs_digest;
};

/// `<image name, at most 40 characters>-<number>-<8 hex digits>`: the same build always has the same name.
/// Source: design/0001-the-way-of-a-build.md, Names.
std::string job_name(std::string_view image_name, const JobIdentity& identity);

/// At most so many characters of a name, and no separator at the end.
std::string beginning_of(std::string_view name, std::size_t limit);

/// A value that fits a label (63 characters): longer ones keep 54 and end in a dash and 8 hex digits.
std::string label_value(std::string_view text);

/// The claim that build pods of this builder mount: `<name>-cache`, or spec.cache.existingClaim.
std::string claim_name(const api::StavesBuilder& builder);

}  // namespace staves::decide
