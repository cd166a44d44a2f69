#pragma once

#include "base/json.h"
#include "base/result.h"
#include "decide/decision.h"

namespace staves::operate {

/// Whether an object that exists already is the one that `action` makes: same controlling owner, same labels and
/// annotations of ours (staves.dev/inputs among them), and not on its way out. Errors: NotOurs (retry: after 60 s),
/// with what differs; BeingDeleted (soon).
base::Done is_what_we_made(const decide::CreateOnce& action, const base::Json& existing);

}  // namespace staves::operate
