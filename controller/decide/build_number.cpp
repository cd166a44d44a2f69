#include "decide/build_number.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "decide/labels.h"

namespace staves::decide {

std::int64_t number_of(const api::BuildJob& job) {
  const auto found = job.meta.labels.find(std::string(label::build_number));
  if (found == job.meta.labels.end()) return 0;
  const std::string& text = found->second;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number > 0 ? number : 0;
}

std::int64_t next_build_number(const ImageObservation& seen) {
  std::int64_t largest = seen.wanted->status.build.number;
  for (const auto& job : seen.jobs) largest = std::max(largest, number_of(*job));
  return largest + 1;
}

}  // namespace staves::decide
