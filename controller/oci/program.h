#pragma once

#include <filesystem>
#include <stop_token>

#include "oci/http_transport.h"

namespace staves::oci {

/// Turns SIGTERM and SIGINT into a stop request. Call it before any thread is started. A program that is process 1 of a
/// container ends by a signal only if it asks for it.
void stop_on_signals(const std::stop_source& stop);

/// How this process reaches registries: the proxy of HTTPS_PROXY and NO_PROXY, and the roots in `extra_ca` beside the
/// system's. Errors: those of read_mounted_file; an empty path or a missing file adds nothing.
base::Result<TransportOptions> transport_options(const std::filesystem::path& extra_ca);

}  // namespace staves::oci
