#pragma once

#include "operate/metrics.h"
#include "operate/stores.h"

namespace staves::operate {

/// Has Prometheus told what `stores` hold: objects by kind, images and builders by the reason of their Ready, builds
/// that run and wait, bytes of caches. Every replica tells the same, since all have full stores. `stores` outlives
/// `metrics`.
void read_store_figures(Metrics& metrics, const Stores& stores);

}  // namespace staves::operate
