#pragma once

#include <expected>
#include <string>
#include <utility>

#include "api/failure.h"
#include "base/result.h"

namespace staves::portage {

/// What a part of the emerge step gives, or why the build failed there.
template <class T = void>
using Part = std::expected<T, api::Failure>;

/// A failure that no input of the user caused, or whose class is known beforehand.
inline std::unexpected<api::Failure> fail_part(api::FailureClass failure_class, std::string phase,
                                               std::string message) {
  return std::unexpected(api::Failure{failure_class, "", std::move(phase), std::move(message), ""});
}

/// An error from below as a failure: a full disk is told apart, all else is Internal.
inline std::unexpected<api::Failure> fail_part(std::string phase, base::Error error) {
  const auto failure_class = error.code == "DiskFull" ? api::FailureClass::DiskFull : api::FailureClass::Internal;
  return fail_part(failure_class, std::move(phase), std::move(error.message));
}

}  // namespace staves::portage
