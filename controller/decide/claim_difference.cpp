#include "decide/claim_difference.h"

#include <algorithm>

#include "api/quantity.h"

namespace staves::decide {
namespace {

bool same_size(const std::string& one, const std::string& other) {
  const auto size = api::quantity_value(one);
  return one == other || (size && size == api::quantity_value(other));
}

void add(std::string& words, const std::string& what, const std::string& wanted, const std::string& has) {
  words += (words.empty() ? "" : ", ") + what + " " + has + " where spec.cache says " + wanted;
}

}  // namespace

std::string claim_difference(const api::CacheSettings& wanted, const api::VolumeClaim& claim) {
  std::string words;
  if (!wanted.existing_claim.empty()) return words;
  // What is not known of a claim does not differ.
  if (!wanted.storage_class_name.empty() && !claim.storage_class_name.empty() &&
      wanted.storage_class_name != claim.storage_class_name) {
    add(words, "the StorageClass", wanted.storage_class_name, claim.storage_class_name);
  }
  if (!claim.requested.empty() && !same_size(wanted.size, claim.requested)) {
    add(words, "the size", wanted.size, claim.requested);
  }
  const auto& modes = claim.access_modes;
  if (!modes.empty() && std::ranges::find(modes, wanted.access_mode) == modes.end()) {
    add(words, "the access mode", wanted.access_mode, modes.front());
  }
  return words;
}

}  // namespace staves::decide
