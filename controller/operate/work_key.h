#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kube/resource.h"

namespace staves::operate {

/// What a round is about.
enum class Subject { Image, Builder };

/// One resource that needs a look, as the queue carries it: "image/namespace/name" or "builder/namespace/name".
struct WorkKey {
  Subject subject = Subject::Image;
  kube::ObjectKey object;
  friend bool operator==(const WorkKey&, const WorkKey&) = default;
};

/// "image" or "builder": also the `controller` of metrics.
std::string_view to_string(Subject subject);
std::string to_text(const WorkKey& key);
/// Nothing when the text is no key.
std::optional<WorkKey> parse_work_key(std::string_view text);

}  // namespace staves::operate
