#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "command/screen.h"
#include "kube/cluster.h"
#include "kube/sleep.h"

namespace staves::command {

/// Exit codes of kubectl-staves.
namespace exit_code {
inline constexpr int done = 0;
inline constexpr int build_failed = 1;
inline constexpr int bad_input = 2;   ///< the command line, a file, or a name that does not exist
inline constexpr int no_cluster = 3;  ///< the API server does not answer, or refuses
inline constexpr int stopped = 130;   ///< Ctrl-C
}  // namespace exit_code

/// What a command works with.
struct Setting {
  kube::Cluster& cluster;
  std::string name_space;
  std::shared_ptr<const base::Clock> clock;
  Screen& screen;
  std::stop_token stop{};
  kube::Sleep sleep{};  ///< between two tries
};

}  // namespace staves::command
