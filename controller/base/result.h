#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace staves::base {

/// What a caller may do about an error.
enum class RetryClass {
  Soon,             ///< again with backoff: the network, a busy server
  After,            ///< again, not before `Retry::delay`: a server said so
  WhenSpecChanges,  ///< only another input can help
  Never,            ///< a bug or a broken environment
};

/// A retry class with the delay that belongs to it.
struct Retry {
  RetryClass what = RetryClass::Never;
  std::chrono::seconds delay{0};  ///< only with RetryClass::After

  static Retry soon() { return {RetryClass::Soon, {}}; }
  static Retry after(std::chrono::seconds delay) { return {RetryClass::After, delay}; }
  static Retry when_spec_changes() { return {RetryClass::WhenSpecChanges, {}}; }
  static Retry never() { return {RetryClass::Never, {}}; }
  friend bool operator==(const Retry&, const Retry&) = default;
};

/// Why something could not be had. `code` is UpperCamel and stable (callers compare it), `message` is one sentence
/// for people without a trailing full stop, and never carries a secret.
struct Error {
  std::string code;
  std::string message;
  Retry retry;

  /// The same error, with what was being done put in front: "reading /x: no such file".
  Error within(std::string_view doing) && {
    message = std::string(doing) + ": " + message;
    return std::move(*this);
  }
  friend bool operator==(const Error&, const Error&) = default;
};

/// A value or an Error. Functions that return it do not throw.
template <class T>
using Result = std::expected<T, Error>;

/// The success of a function that gives nothing.
using Done = Result<void>;

/// Makes the error side of a Result.
inline std::unexpected<Error> fail(std::string code, std::string message, Retry retry) {
  return std::unexpected(Error{std::move(code), std::move(message), retry});
}

/// Makes the error side of a Result from an error that came from below.
inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

}  // namespace staves::base

// Two macros, because a flow of fallible steps reads best as a list of them: the second form names the value.
#define STAVES_CONCAT_(a, b) a##b
#define STAVES_CONCAT(a, b) STAVES_CONCAT_(a, b)
/// Returns the error of `expression` to the caller, if there is one.
#define TRY(expression)                                      \
  do {                                                       \
    if (auto done_ = (expression); !done_) {                 \
      return ::staves::base::fail(std::move(done_).error()); \
    }                                                        \
  } while (false)
/// Declares `declaration` with the value of `expression`, or returns its error to the caller.
#define TRY_ASSIGN(declaration, expression)                                           \
  auto STAVES_CONCAT(result_, __LINE__) = (expression);                               \
  if (!STAVES_CONCAT(result_, __LINE__)) {                                            \
    return ::staves::base::fail(std::move(STAVES_CONCAT(result_, __LINE__)).error()); \
  }                                                                                   \
  declaration = *std::move(STAVES_CONCAT(result_, __LINE__))
