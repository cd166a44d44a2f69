#include "portage/merge_progress.h"

#include <algorithm>

namespace staves::portage {
namespace {

/// The package and its destination in `>>> Emerging (2 of 62) cat/pf::repo for /rootfs/`; empty when `line` does not
/// begin with `verb`.
std::string_view subject(std::string_view line, std::string_view verb) {
  if (!line.starts_with(verb)) {
    return {};
  }
  const auto close = line.find(") ");
  return close == std::string_view::npos ? std::string_view() : line.substr(close + 2);
}

std::string cpv_of(std::string_view subject) {
  return std::string(subject.substr(0, std::min(subject.find("::"), subject.find(' '))));
}

bool goes_to_root(std::string_view subject) {
  return subject.find(" for /") != std::string_view::npos || subject.find(" to /") != std::string_view::npos;
}

}  // namespace

void MergeProgress::begin_call() {
  done_before_ += done_;
  done_ = 0;
  list_.clear();
  building_.clear();
  from_binary_.clear();
  under_way_.clear();
}

void MergeProgress::begin_package(std::string_view package, bool binary) {
  const auto cpv = cpv_of(package);
  under_way_.push_back(cpv);
  const auto key = cpv + (goes_to_root(package) ? "@root" : "");
  (binary ? from_binary_ : building_).insert(key);
}

bool MergeProgress::read(std::string_view line) {
  if (auto planned = planned_merge(line)) {
    list_.push_back(*std::move(planned));
    return true;
  }
  if (!line.starts_with(">>> ")) {
    return false;
  }
  if (const auto package = subject(line, ">>> Emerging binary ("); !package.empty()) {
    begin_package(package, true);
    return true;
  }
  if (const auto package = subject(line, ">>> Emerging ("); !package.empty()) {
    begin_package(package, false);
    return true;
  }
  if (const auto package = subject(line, ">>> Completed ("); !package.empty()) {
    const auto cpv = cpv_of(package);
    const auto key = cpv + (goes_to_root(package) ? "@root" : "");
    ++done_;
    if (const auto ended = std::ranges::find(under_way_, cpv); ended != under_way_.end()) {
      under_way_.erase(ended);
    }
    const bool known = std::ranges::find(compiled_, cpv) != compiled_.end();
    if (building_.erase(key) > 0) {
      if (!known) {
        compiled_.push_back(cpv);
      }
    } else if (from_binary_.erase(key) > 0 && goes_to_root(package) && !known) {
      ++from_cache_;
    }
    return true;
  }
  return false;
}

api::Progress MergeProgress::progress() const {
  return {.total = done_before_ + std::max(done_, static_cast<std::int64_t>(list_.size())),
          .done = done_before_ + done_,
          .from_cache = from_cache_,
          .compiled = static_cast<std::int64_t>(compiled_.size()),
          .current = under_way_.empty() ? std::string() : under_way_.front()};
}

}  // namespace staves::portage
