#include "decide/refusal.h"

#include <string_view>

#include "api/bounded_text.h"
#include "decide/sentence.h"

namespace staves::decide {
namespace {

constexpr std::size_t most_waiting_bytes = 512;
constexpr std::string_view refused = "refused: ";
constexpr std::string_view refused_as_invalid = "refused as invalid: ";

/// Admission policies and webhooks answer with the same codes as the schema of Jobs; another spec may not help there.
bool is_denied_by_policy(const std::string& message) {
  return message.find("denied the request") != std::string::npos || message.find("denied request") != std::string::npos;
}

bool is_about_the_spec(const base::Error& refusal) {
  const bool by_code =
      refusal.code == "Invalid" || refusal.code == "BadRequest" || refusal.code == "RequestEntityTooLarge";
  return by_code && !is_denied_by_policy(refusal.message);
}

}  // namespace

std::string waiting_of(const base::Error& refusal) {
  const std::string_view how = is_about_the_spec(refusal) ? refused_as_invalid : refused;
  return api::at_most(std::string(how) + refusal.message, most_waiting_bytes);
}

bool is_refused_as_invalid(const api::BuildStatus& build) {
  return build.waiting.starts_with(refused_as_invalid);
}

std::optional<Standing> standing_when_refused(const api::BuildStatus& build) {
  if (is_refused_as_invalid(build)) {
    return Standing{.reason = api::ReadyReason::InvalidSpec,
                    .message = "the Job of " + name_of_build(build) + " is " + build.waiting +
                               ". Correct what it names in spec.build, or in spec.pod of the StavesBuilder.",
                    .stalled = true};
  }
  if (!build.waiting.starts_with(refused)) return std::nullopt;
  return Standing{.reason = api::ReadyReason::Building,
                  .message = why_built(build) + "; its Job is " + build.waiting +
                             ". It is tried again every minute; change what refuses it, or the spec.",
                  .reconciling = true};
}

}  // namespace staves::decide
