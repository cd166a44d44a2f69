#include "operate/registry_tags.h"

#include "oci/reference.h"
#include "oci/registry.h"

namespace staves::operate {

namespace {

/// What the registry client says, in the words of a TagLookup.
base::Error told(base::Error error) {
  if (error.code == "NotFound") error.code = "ImageNotFound";
  const bool known = error.code == "ImageNotFound" || error.code == "RegistryAuthFailed";
  if (!known) error.code = "RegistryUnreachable";
  return error;
}

}  // namespace

ResolveTag resolve_by_registry() {
  return [](const TagQuestion& question, const std::stop_token& stop) -> base::Result<std::string> {
    TRY_ASSIGN(const auto reference, oci::parse_reference(question.reference));
    oci::RegistryOptions options;
    options.transport = transport_options(question.route);
    options.insecure_registries = question.route.insecure_registries;
    // The resolver asks again by itself.
    options.retry.attempts = 2;
    oci::Registry registry(std::move(options), oci::Credentials());
    auto digest = registry.resolve_digest(reference, stop);
    if (!digest) return base::fail(told(std::move(digest).error()));
    return digest;
  };
}

}  // namespace staves::operate
