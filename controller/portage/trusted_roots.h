#pragma once

#include "base/result.h"
#include "portage/paths.h"

namespace staves::portage {

/// Adds the certificates of the builder's spec.trust.caBundle to what the programs of the stage3 trust: the bundle that
/// most read, the directory by hashed names that OpenSSL reads, and the place from which update-ca-certificates would
/// make both anew. Nothing without such a bundle. Errors: InvalidCertificate (retry: when the spec changes); those of
/// writing files.
base::Done trust_extra_roots(const Paths& paths);

}  // namespace staves::portage
