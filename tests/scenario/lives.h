#pragma once

#include <string>
#include <vector>

#include "tests/scenario/play.h"

namespace staves::scenario {

/// What may happen to an image from its first day on. What the farm does waits until the operator rests.
struct Life {
  std::string name;
  void (*live)(Play& play);
  std::string end;  ///< Status and reason of Ready at its end; empty: the image is gone
  int jobs = 0;     ///< that are made in it
};

const std::vector<Life>& lives();

}  // namespace staves::scenario
