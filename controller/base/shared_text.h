#pragma once

#include <compare>
#include <ostream>
#include <string>
#include <string_view>

namespace staves::base {

/// A text that many objects have alike, such as a namespace, a step's name or a sentence of a condition: equal texts
/// are kept once in the process, for as long as somebody has one. Takes the room of a pointer, is copied without a
/// copy of the text, and reads like a `const std::string&`. A text of its own kind costs more than a std::string.
/// Thread-safe.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string_view text);                                           // NOLINT(google-explicit-constructor)
  SharedText(const std::string& text) : SharedText(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  SharedText(const char* text) : SharedText(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)
  SharedText(const SharedText& other);
  SharedText(SharedText&& other) noexcept;
  SharedText& operator=(SharedText other) noexcept;
  ~SharedText();

  const std::string& text() const;
  operator const std::string&() const { return text(); }  // NOLINT(google-explicit-constructor)
  operator std::string_view() const { return text(); }    // NOLINT(google-explicit-constructor)
  bool empty() const { return kept_ == nullptr; }

  friend bool operator==(const SharedText& left, const SharedText& right) { return left.kept_ == right.kept_; }
  friend bool operator==(const SharedText& left, std::string_view right) { return left.text() == right; }
  friend bool operator==(const SharedText& left, const std::string& right) { return left.text() == right; }
  friend bool operator==(const SharedText& left, const char* right) { return left.text() == right; }
  friend std::strong_ordering operator<=>(const SharedText& left, const SharedText& right) {
    return left.text() <=> right.text();
  }
  friend std::string operator+(const SharedText& left, std::string_view right) {
    return std::string(left.text()).append(right);
  }
  friend std::string operator+(std::string_view left, const SharedText& right) {
    return std::string(left).append(right.text());
  }
  friend std::ostream& operator<<(std::ostream& out, const SharedText& text) { return out << text.text(); }

  /// How many different texts are kept in the process, the empty one not counted.
  static std::size_t kept();

  struct Kept;

 private:
  Kept* kept_ = nullptr;  ///< null: the empty text
};

}  // namespace staves::base
