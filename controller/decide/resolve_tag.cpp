#include "decide/resolve_tag.h"

#include "decide/image_reference.h"

namespace staves::decide {

TagState resolve_tag(const std::string& reference, const TagLookup& lookup,
                     const std::optional<api::ResolvedImage>& last) {
  if (const std::string_view digest = pinned_digest(reference); !digest.empty()) {
    return {.resolved = api::ResolvedImage{reference, std::string(digest)}, .error = std::nullopt};
  }
  const bool is_answer = lookup.reference == reference;
  TagState state;
  if (is_answer) state.error = lookup.error;
  if (is_answer && lookup.digest) {
    state.resolved = api::ResolvedImage{reference, *lookup.digest};
  } else if (last && last->reference == reference) {
    state.resolved = last;
  }
  return state;
}

}  // namespace staves::decide
