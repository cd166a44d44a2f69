#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace staves::api {

/// Why a build failed: one spelling in status, events, metrics, logs and documents.
/// Source: status.build.failure.class.
enum class FailureClass {
  // Only the user can mend these.
  PackageNotFound,
  PackageMasked,
  KeywordMasked,
  LicenseNotAccepted,
  UseConflict,
  RequiredUse,
  Blocked,
  FetchFailed,
  CompileFailed,
  FileCollision,
  PostinstFailed,
  MissingLibrary,
  BuilderTooOld,
  InvalidConfiguration,
  TestFailed,
  RegistryAuthFailed,
  RepositoryAuthFailed,
  TooLarge,
  OutOfMemory,  ///< the same limit is too low the next time as well
  // Outside the user's input: tried again.
  Evicted,
  DiskFull,
  NodeLost,
  ImagePullFailed,
  RegistryUnreachable,
  RepositoryUnreachable,
  DeadlineExceeded,
  Internal,
};

/// The enum's own spelling, e.g. "KeywordMasked".
std::string_view to_string(FailureClass value);
std::optional<FailureClass> failure_class_from(std::string_view name);

/// Whether only another input helps, so that nothing is tried again by itself.
bool only_user_can_mend(FailureClass value);

/// What a user can do about it: one or two sentences, never empty.
std::string_view advice(FailureClass value);

/// A failed build. All texts together at most 2 KiB in JSON.
struct Failure {
  FailureClass failure_class = FailureClass::Internal;
  std::string package;   ///< CPV or atom; empty when no package is to blame
  std::string phase;     ///< "compile", "fetch", "resolve", ...; may be empty
  std::string message;   ///< one sentence, Portage's own where it has one
  std::string log_tail;  ///< last lines, without colours and control characters
  friend bool operator==(const Failure&, const Failure&) = default;
};

}  // namespace staves::api
