#pragma once

#include "operate/metrics.h"

namespace staves::operate {

/// Adds what Prometheus clients tell of their process: process_resident_memory_bytes, process_cpu_seconds_total,
/// process_start_time_seconds, process_open_fds.
void add_process_figures(Metrics& metrics);

}  // namespace staves::operate
