#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "oci/byte_pipe.h"
#include "oci/safe_directory.h"

namespace staves::oci {

/// Applies one layer to a directory: only what is below `inside` (such as "var/db/repos/gentoo"), without that prefix,
/// whiteouts honoured. Reads gzip, zstd and plain tars. Owners are those of this process, modes 0644 or 0755, times the
/// archive's. Takes the stream to its end, so that its digest can be verified. Device nodes and sockets are left out.
/// Errors: LayerMalformed (retry: soon), the archive cannot be read; those of SafeDirectory; what ended the stream;
/// Cancelled (never).
base::Done apply_layer(BytePipe& stream, std::string_view inside, SafeDirectory& to, const std::stop_token& stop);

}  // namespace staves::oci
