#include "operate/work_key.h"

namespace staves::operate {

std::string_view to_string(Subject subject) {
  return subject == Subject::Image ? "image" : "builder";
}

std::string to_text(const WorkKey& key) {
  return std::string(to_string(key.subject)) + "/" + to_text(key.object);
}

std::optional<WorkKey> parse_work_key(std::string_view text) {
  for (const Subject subject : {Subject::Image, Subject::Builder}) {
    const std::string prefix = std::string(to_string(subject)) + "/";
    if (!text.starts_with(prefix)) continue;
    auto object = kube::parse_object_key(text.substr(prefix.size()));
    if (object) return WorkKey{subject, *std::move(object)};
  }
  return std::nullopt;
}

}  // namespace staves::operate
