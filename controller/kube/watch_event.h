#pragma once

#include <string_view>

#include "kube/cluster.h"

namespace staves::kube {

/// Reads one line of a watch and hands its object to `on_event`; gives what that returned (false: wants no more).
/// A line that is no event, or of an unknown type, is handed over as Unreadable.
/// Errors: what the Status of an ERROR event says.
Result<bool> deliver_watch_event(std::string_view line, const OnWatchEvent& on_event);

}  // namespace staves::kube
