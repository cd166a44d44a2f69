#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "command/setting.h"

namespace staves::command {

/// The lines of a container's log, in order and each once, also when the connection breaks in between. `publish` says
/// how far `emerge` is while it waits, one JSON object a line: those are left out.
/// Errors: those of Cluster::log; BadRequest when the container has not started.
base::Done read_container_log(const Setting& setting, const kube::LogQuery& query,
                              const std::function<void(std::string_view line)>& on_line);

}  // namespace staves::command
