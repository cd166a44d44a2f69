#include "oci/challenge.h"

#include <algorithm>

#include "tests/fuzz/target.h"

using namespace staves;

FUZZ_TARGET(challenge) {
  for (const auto& challenge : oci::parse_challenges(bytes)) {
    fuzz::must(!challenge.scheme.empty(), "a challenge has a scheme");
    fuzz::must(std::ranges::none_of(challenge.scheme, [](char c) { return c >= 'A' && c <= 'Z'; }), "in lower case");
  }
}
