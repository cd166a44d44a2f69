#include "kube/line_framer.h"

namespace staves::kube {

namespace {

constexpr std::size_t room_kept = 64U << 10U;

}  // namespace

bool LineFramer::feed(std::string_view bytes, const std::function<bool(std::string_view line)>& on_line) {
  while (!bytes.empty()) {
    const auto newline = bytes.find('\n');
    if (newline == std::string_view::npos) {
      keep(bytes);
      return true;
    }
    std::string_view line = bytes.substr(0, newline);
    bytes.remove_prefix(newline + 1);
    if (skipping_) {
      skipping_ = false;
      continue;
    }
    if (partial_.size() + line.size() > limit_) {
      partial_.clear();
      ++oversized_;
      continue;
    }
    bool wants_more = true;
    if (partial_.empty()) {
      wants_more = on_line(line);
    } else {
      // Only the new part was searched for the newline: a long line in many pieces costs linear time.
      partial_.append(line);
      wants_more = on_line(partial_);
      partial_.clear();
      // One long line must not cost its room for as long as the watch lasts.
      if (partial_.capacity() > room_kept) partial_.shrink_to_fit();
    }
    if (!wants_more) return false;
  }
  return true;
}

void LineFramer::keep(std::string_view part) {
  if (skipping_) return;
  if (partial_.size() + part.size() > limit_) {
    partial_.clear();
    partial_.shrink_to_fit();
    skipping_ = true;
    ++oversized_;
    return;
  }
  partial_.append(part);
}

}  // namespace staves::kube
