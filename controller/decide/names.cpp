#include "decide/names.h"

#include "base/digest.h"

namespace staves::decide {
namespace {

constexpr std::size_t image_name_limit = 40;
constexpr std::size_t label_limit = 63;
constexpr std::size_t object_name_limit = 253;
constexpr std::size_t hash_length = 8;

std::string shortened(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  return beginning_of(text, limit - hash_length - 1) + "-" + base::short_hash(text, hash_length);
}

}  // namespace

// A cut name must not end in a dot: "a.-1" is no name to Kubernetes.
std::string beginning_of(std::string_view name, std::size_t limit) {
  std::string head(name.substr(0, limit));
  while (!head.empty() && (head.back() == '.' || head.back() == '-' || head.back() == '_')) head.pop_back();
  return head;
}

std::string job_name(std::string_view image_name, const JobIdentity& identity) {
  std::string hashed(identity.image_uid);
  hashed += "\n" + std::to_string(identity.number) + "\n" + std::to_string(identity.attempt) + "\n";
  hashed += identity.inputs_digest;
  return beginning_of(image_name, image_name_limit) + "-" + std::to_string(identity.number) + "-" +
         base::short_hash(hashed, hash_length);
}

std::string label_value(std::string_view text) {
  return shortened(text, label_limit);
}

std::string claim_name(const api::StavesBuilder& builder) {
  if (!builder.spec.cache.existing_claim.empty()) return builder.spec.cache.existing_claim;
  constexpr std::string_view suffix = "-cache";
  return shortened(builder.meta.name, object_name_limit - suffix.size()) + std::string(suffix);
}

}  // namespace staves::decide
