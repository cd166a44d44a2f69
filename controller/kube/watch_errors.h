#pragma once

#include "base/result.h"

namespace staves::kube {

/// The server no longer has, or does not have yet, the version that it was asked for: only a list helps.
bool server_forgot(const base::Error& error);

/// How servers say that they know no initial events: a parameter that they refuse.
bool refuses_initial_events(const base::Error& error);

/// After which the watch may go on where it stood: the way to the server failed, something on it answered in its place
/// (502 and a page), or it is busy.
bool watch_may_go_on(const base::Error& error);

}  // namespace staves::kube
