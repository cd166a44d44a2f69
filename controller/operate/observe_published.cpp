#include "operate/observe_published.h"

#include "decide/reason_image_missing.h"

namespace staves::operate {

decide::TagLookup look_up_published(const decide::ImageObservation& seen, const Route& route, TagResolver& published) {
  const auto& image = seen.wanted->status.image;
  const bool is_asked = image && image->pushed_time && seen.builder && !seen.builder->invalid &&
                        !seen.wanted->meta.deleting && !seen.wanted->spec.suspend && !seen.builder->spec.suspend;
  if (!is_asked) return {};
  const std::chrono::seconds refresh = decide::between_looks(*seen.builder);
  return published.latest({.reference = image->reference,
                           .route = route,
                           .refresh = refresh,
                           .since = base::to_rfc3339(*image->pushed_time),
                           .after_error = refresh},
                          {Subject::Image, key_of(seen.wanted->meta)});
}

}  // namespace staves::operate
