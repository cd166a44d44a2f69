#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "decide/decision.h"
#include "unit/decide/model.h"

namespace staves::decide::testing {

/// One case under tests/golden/decide.
/// `observation.json` is what is seen, told by what differs: "like": another case's observation, "after": that
/// observation once its decision was performed; all other members are merged into it. Inside them "$job" stands for the
/// name of the Job of status.build, "admitted" gives the build that waits a place with its builder, and a termination
/// message may be written as an object. `decision.json` is what has to come out. A case of a StavesBuilder has no
/// "image". "showJob" makes the whole Job part of the decision.
class GoldenCase {
 public:
  explicit GoldenCase(std::string of) : name(std::move(of)) {}

  const std::string name;

  Model model() const;
  Decision decide() const;
  /// The decision as it stands in decision.json.
  std::string rendered() const;
  std::filesystem::path folder() const;

 private:
  base::Json read_model() const;
};

/// Names of all cases, sorted.
std::vector<std::string> golden_cases();

std::string read_text(const std::filesystem::path& file);

}  // namespace staves::decide::testing
