#include "base/line_splitter.h"

#include <algorithm>

namespace staves::base {

void LineSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t taken = std::min({bytes.find('\n'), bytes.size(), limit - partial_.size()});
    partial_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (bytes.empty()) return;
    // Here a newline comes next, or the line is too long.
    if (bytes.front() == '\n') bytes.remove_prefix(1);
    on_line_(partial_);
    partial_.clear();
  }
}

void LineSplitter::finish() {
  if (!partial_.empty()) on_line_(partial_);
  partial_.clear();
}

}  // namespace staves::base
