#include "kube/micro_time.h"

#include <algorithm>

namespace staves::kube {

std::string to_micro_time(base::TimePoint time) {
  const auto part = time - std::chrono::floor<std::chrono::seconds>(time);
  std::string digits = std::to_string(part.count());
  digits.insert(0, 3 - std::min<std::size_t>(digits.size(), 3), '0');
  std::string text = base::to_rfc3339(time);
  text.pop_back();
  return text + "." + digits + "000Z";
}

}  // namespace staves::kube
