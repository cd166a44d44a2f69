#include "decide/shared_tags.h"

#include <algorithm>

namespace staves::decide {
namespace {

std::vector<std::string> references(const std::string& repository, const std::vector<std::string>& tags) {
  std::vector<std::string> all;
  all.reserve(tags.size());
  for (const std::string& tag : tags) all.push_back(repository + ":" + tag);
  return all;
}

std::string name_for(const api::StavesImage& reader, const api::StavesImage& other) {
  return other.meta.name_space == reader.meta.name_space ? "StavesImage " + other.meta.name
                                                         : std::string("a StavesImage of another namespace");
}

}  // namespace

std::vector<std::string> pushed_tags(const api::StavesImage& image) {
  const std::string& repository = image.spec.image.repository;
  if (!image.spec.staves_toml) return references(repository, image.spec.image.tags);
  return image.status.image ? references(repository, image.status.image->tags) : std::vector<std::string>{};
}

std::string shared_tag(const ImageObservation& seen) {
  const api::StavesImage& image = *seen.wanted;
  for (const std::string& mine : references(image.spec.image.repository, image.spec.image.tags)) {
    for (const auto& other : seen.same_tags) {
      if (other->meta.uid == image.meta.uid || other->meta.deleting) continue;
      const std::vector<std::string> theirs = pushed_tags(*other);
      if (std::ranges::find(theirs, mine) == theirs.end()) continue;
      return mine + " is pushed by " + name_for(image, *other) +
             " as well, so it stands for whichever was built last; the digests stay. Give one of them another "
             "repository or other tags.";
    }
  }
  return {};
}

}  // namespace staves::decide
