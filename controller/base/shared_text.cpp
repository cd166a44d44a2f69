#include "base/shared_text.h"

#include <atomic>
#include <mutex>
#include <unordered_set>
#include <utility>

namespace staves::base {

/// One text and how many have it.
struct SharedText::Kept {
  std::string text;
  std::atomic<std::uint32_t> owners{1};
};

namespace {

using Kept = SharedText::Kept;

struct ByText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  std::size_t operator()(const Kept* kept) const { return (*this)(kept->text); }
  bool operator()(const Kept* left, const Kept* right) const { return left->text == right->text; }
  bool operator()(std::string_view left, const Kept* right) const { return left == right->text; }
  bool operator()(const Kept* left, std::string_view right) const { return left->text == right; }
};

struct Pool {
  std::mutex mutex;
  std::unordered_set<Kept*, ByText, ByText> texts;
};

/// Never destroyed: texts of static objects may outlive anything.
Pool& pool() {
  static auto* const one = new Pool;
  return *one;
}

Kept* take(std::string_view text) {
  if (text.empty()) return nullptr;
  Pool& all = pool();
  const std::lock_guard lock(all.mutex);
  const auto found = all.texts.find(text);
  if (found == all.texts.end()) return *all.texts.insert(new Kept{std::string(text)}).first;
  ++(*found)->owners;
  return *found;
}

void give_back(Kept* kept) {
  if (kept == nullptr) return;
  std::uint32_t owners = kept->owners;
  while (owners > 1) {
    if (kept->owners.compare_exchange_weak(owners, owners - 1)) return;
  }
  // Perhaps the last: under the lock, or somebody could find it while it goes.
  Pool& all = pool();
  const std::lock_guard lock(all.mutex);
  if (--kept->owners > 0) return;
  all.texts.erase(kept);
  delete kept;
}

}  // namespace

SharedText::SharedText(std::string_view text) : kept_(take(text)) {}

SharedText::SharedText(const SharedText& other) : kept_(other.kept_) {
  if (kept_ != nullptr) ++kept_->owners;
}

SharedText::SharedText(SharedText&& other) noexcept : kept_(std::exchange(other.kept_, nullptr)) {}

SharedText& SharedText::operator=(SharedText other) noexcept {
  std::swap(kept_, other.kept_);
  return *this;
}

SharedText::~SharedText() {
  give_back(kept_);
}

const std::string& SharedText::text() const {
  static const auto* const none = new std::string;
  return kept_ == nullptr ? *none : kept_->text;
}

std::size_t SharedText::kept() {
  Pool& all = pool();
  const std::lock_guard lock(all.mutex);
  return all.texts.size();
}

}  // namespace staves::base
