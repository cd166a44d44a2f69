#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/stavesimage.h"

namespace staves::command {

/// What somebody waits for.
struct Expectation {
  std::int64_t generation = 0;  ///< of the spec that is to be built
  std::string trigger{};        ///< value of staves.dev/rebuild that is to be acted on; empty: none
};

enum class Stage {
  Waiting,  ///< the operator has not begun: the queue, the builder, a pause before the next try
  Running,
  Built,
  Failed,   ///< for good: nothing goes on by itself
  Refused,  ///< the spec cannot be built
  Stopped,  ///< suspended or cancelled
};

/// Where an image stands for somebody who waits.
Stage stage_of(const api::StavesImage& image, const Expectation& expected);

/// How a build stands, in a word: waits, runs, cancelled, failed or succeeded. `waits` is also said of one that gave
/// its place back.
std::string_view state_of(const api::BuildStatus& build);

/// Whether there is nothing more to wait for.
bool is_over(Stage stage);

/// The exit code that belongs to an end.
int exit_code_of(Stage stage);

}  // namespace staves::command
