#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "command/setting.h"
#include "decide/observation.h"
#include "operate/stores.h"

namespace staves::command {

/// What the operator would see in a namespace, read once with the rights of whoever asks.
struct ClusterView {
  operate::Stores stores;
  decide::Setup setup;  ///< what the operator runs with, as far as the newest Job of the image shows it
};

/// Errors: those of Cluster::list.
base::Result<std::unique_ptr<ClusterView>> read_view(const Setting& setting, const std::string& image);

}  // namespace staves::command
