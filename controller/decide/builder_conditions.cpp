#include "decide/builder_conditions.h"

#include <string_view>

#include "api/bounded_text.h"
#include "api/reason.h"
#include "decide/claim_difference.h"
#include "decide/image_reference.h"

namespace staves::decide {
namespace {

using api::ConditionStatus;
using api::ReadyReason;

constexpr const char* refused = "Refused";
constexpr std::size_t most_refusal_bytes = 512;

using Verdict = BuilderVerdict;

Verdict verdict(ConditionStatus status, ReadyReason reason, std::string message) {
  return {.status = status, .reason = std::string(api::to_string(reason)), .message = std::move(message)};
}

Verdict unresolved(const NamedTag& tag, const std::string& reference) {
  const std::string about = tag.what + " " + reference;
  if (!tag.state.error) {
    Verdict looking = verdict(ConditionStatus::Unknown, ReadyReason::LookingUp, "looking up the digest of " + about);
    looking.reconciling = true;
    return looking;
  }
  const base::Error& error = *tag.state.error;
  const std::string message = about + ": " + error.message;
  if (error.code == "ImageNotFound") {
    return verdict(ConditionStatus::False, ReadyReason::ImageNotFound, message + ". Correct the name or the tag.");
  }
  if (error.code == "RegistryAuthFailed") {
    return verdict(ConditionStatus::False, ReadyReason::RegistryAuthFailed,
                   message +
                       ". The operator reads tags without credentials: pin the reference by digest, or allow "
                       "anonymous reads.");
  }
  if (error.code == "InvalidReference") {
    Verdict invalid = verdict(ConditionStatus::False, ReadyReason::InvalidSpec, message + ". Correct the reference.");
    invalid.stalled = true;
    return invalid;
  }
  return verdict(ConditionStatus::False, ReadyReason::RegistryUnreachable,
                 message + ". It is tried again; check the registry's name and the network.");
}

std::string available_message(const api::StavesBuilderStatus& next, const std::vector<NamedTag>& tags) {
  std::string message = "builds use " + with_digest(next.stage3->reference, next.stage3->digest) + " and " +
                        with_digest(next.tree->reference, next.tree->digest);
  for (const NamedTag& tag : tags) {
    if (tag.state.error) message += "; looking up the " + tag.what + " again failed: " + tag.state.error->message;
  }
  return message;
}

/// What a condition said of what was refused, while that may still be so.
std::optional<Verdict> known_refusal(const api::StavesBuilder& builder, std::string_view type) {
  const api::Condition* known = api::find_condition(builder.status.conditions, type);
  const bool still =
      known != nullptr && known->reason == refused && known->observed_generation == builder.meta.generation;
  if (!still) return std::nullopt;
  return Verdict{known->status, known->reason, known->message, false, false};
}

Verdict verdict_on_cache(const BuilderObservation& seen, const std::string& claim) {
  const bool own = seen.wanted->spec.cache.existing_claim.empty();
  if (!seen.claim) {
    if (own) {
      if (auto known = known_refusal(*seen.wanted, "CacheReady")) return *std::move(known);
    }
    if (own) return {ConditionStatus::Unknown, "Pending", "the claim " + claim + " does not exist yet", false, false};
    return {ConditionStatus::False, "ClaimNotFound",
            "there is no claim " + claim + "; create it or correct spec.cache.existingClaim", false, false};
  }
  if (seen.claim->meta.deleting) {
    return {ConditionStatus::False, "Terminating", "the claim " + claim + " is being deleted", false, false};
  }
  const std::string difference = claim_difference(seen.wanted->spec.cache, *seen.claim);
  if (seen.claim->phase == "Bound") {
    const std::string besides = difference.empty() ? "" : "; it is used as it is, with " + difference;
    return {ConditionStatus::True, "Bound", "the claim " + claim + " is bound" + besides, false, false};
  }
  if (seen.claim->phase == "Lost") {
    return {ConditionStatus::False, "Lost",
            "the volume of the claim " + claim + " is gone; delete the claim to start with an empty cache", false,
            false};
  }
  if (!difference.empty()) {
    return {ConditionStatus::False, "ClaimDiffers",
            "the claim " + claim + " has no volume yet and has " + difference + "; kubectl delete pvc " + claim +
                " lets it be made anew",
            false, false};
  }
  return {ConditionStatus::Unknown, "Pending", "the claim " + claim + " waits for its volume, or for the first build",
          false, false};
}

Verdict verdict_on_builder(const BuilderObservation& seen, const api::StavesBuilderStatus& next,
                           const std::vector<NamedTag>& tags, const std::optional<Verdict>& obstacle) {
  const api::StavesBuilderSpec& spec = seen.wanted->spec;
  if (spec.suspend) {
    return verdict(ConditionStatus::False, ReadyReason::Suspended,
                   "spec.suspend is true; set it to false to build again");
  }
  if (seen.ca_problem) {
    return verdict(ConditionStatus::False, ReadyReason::ConfigMapNotFound, seen.ca_problem->message);
  }
  if (obstacle) return *obstacle;
  for (const NamedTag& tag : tags) {
    const std::string& reference = tag.what == "stage3" ? spec.stage3_image : spec.snapshot_image;
    if (!tag.state.resolved) return unresolved(tag, reference);
  }
  return verdict(ConditionStatus::True, ReadyReason::Available, available_message(next, tags));
}

void put(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, std::string_view type,
         const Verdict& verdict, base::TimePoint now) {
  api::set_condition(next.conditions,
                     {.type = type,
                      .status = verdict.status,
                      .reason = verdict.reason,
                      .message = verdict.message,
                      .observed_generation = builder.meta.generation,
                      .last_transition_time = {}},
                     now);
}

void put_ready(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, const Verdict& verdict,
               base::TimePoint now) {
  put(builder, next, "Ready", verdict, now);
  Verdict holds = verdict;
  holds.status = ConditionStatus::True;
  const auto put_while = [&](bool wanted, const char* type) {
    if (wanted) {
      put(builder, next, type, holds, now);
    } else {
      api::remove_condition(next.conditions, type);
    }
  };
  put_while(verdict.reconciling, "Reconciling");
  put_while(verdict.stalled, "Stalled");
}

}  // namespace

void set_builder_conditions(const BuilderObservation& seen, api::StavesBuilderStatus& next,
                            const std::vector<NamedTag>& tags, const std::optional<BuilderVerdict>& obstacle) {
  put_ready(*seen.wanted, next, verdict_on_builder(seen, next, tags, obstacle), seen.now);
  put(*seen.wanted, next, "CacheReady", verdict_on_cache(seen, next.cache_claim_name), seen.now);
}

void set_image_ready(const api::StavesBuilder& builder, api::StavesBuilderStatus& next,
                     const std::optional<BuilderVerdict>& verdict, base::TimePoint now) {
  if (verdict) {
    put(builder, next, "ImageReady", *verdict, now);
  } else {
    api::remove_condition(next.conditions, "ImageReady");
  }
}

std::optional<BuilderVerdict> known_image_refusal(const api::StavesBuilder& builder) {
  return known_refusal(builder, "ImageReady");
}

void set_image_refused(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, const std::string& why,
                       base::TimePoint now) {
  const std::string message = "the image that it is made of is refused: " + api::at_most(why, most_refusal_bytes) +
                              ". It is tried again every minute; change what refuses it, or this builder.";
  const Verdict verdict{ConditionStatus::False, refused, message, false, false};
  put(builder, next, "ImageReady", verdict, now);
  if (!next.stage3) put_ready(builder, next, verdict, now);
}

void set_claim_refused(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, const std::string& why,
                       base::TimePoint now) {
  const std::string message = "the claim is refused: " + api::at_most(why, most_refusal_bytes) +
                              ". It is tried again every minute; change what refuses it, or spec.cache.";
  put(builder, next, "CacheReady", {ConditionStatus::False, refused, message, false, false}, now);
}

void set_invalid(const api::StavesBuilder& builder, api::StavesBuilderStatus& next, const std::string& why,
                 base::TimePoint now) {
  Verdict invalid = verdict(ConditionStatus::False, ReadyReason::InvalidSpec, why);
  invalid.stalled = true;
  put_ready(builder, next, invalid, now);
}

}  // namespace staves::decide
