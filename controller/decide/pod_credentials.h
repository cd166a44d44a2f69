#pragma once

#include "base/json.h"
#include "decide/observation.h"

namespace staves::decide {

/// Whether `sources` has overlays to bring.
bool brings_overlays(const ImageObservation& seen);

/// Whether the pod mounts Secrets without which it cannot begin.
bool mounts_secrets(const ImageObservation& seen);

/// The volumes of overlays and credentials: Secrets as files that only their owner reads, and a file system in memory
/// for what is made from them. A Secret that is missing keeps the pod from starting until it appears.
base::Json render_credential_volumes(const ImageObservation& seen);

/// Where `sources` sees overlays and all credentials.
base::Json sources_overlay_mounts(const ImageObservation& seen);

/// Where `emerge` sees overlays (read-only), Portage's metadata cache, and the builder's own credentials: never those
/// of an overlay.
base::Json emerge_overlay_mounts(const ImageObservation& seen);

}  // namespace staves::decide
