#include "oci/step_ending.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/log.h"

namespace staves::oci {
namespace {

using api::FailureClass;

FailureClass class_of(const base::Error& error, Direction direction) {
  static const std::map<std::string_view, FailureClass> classes = {
      {"RegistryAuthFailed", FailureClass::RegistryAuthFailed},
      {"InvalidCredentials", FailureClass::RegistryAuthFailed},
      {"RegistryUnreachable", FailureClass::RegistryUnreachable},
      {"DigestMismatch", FailureClass::RegistryUnreachable},
      {"RepositoryAuthFailed", FailureClass::RepositoryAuthFailed},
      {"RepositoryUnreachable", FailureClass::RepositoryUnreachable},
      {"RepositoryInvalid", FailureClass::InvalidConfiguration},
      {"TooLarge", FailureClass::TooLarge},
      {"DiskFull", FailureClass::DiskFull},
      {"TreeInvalid", FailureClass::InvalidConfiguration},
      {"TreeUnsafe", FailureClass::InvalidConfiguration},
      {"TreeAbsent", FailureClass::InvalidConfiguration},
      {"LayerMalformed", FailureClass::ImagePullFailed},
      {"InvalidReference", FailureClass::InvalidConfiguration},
      {"InvalidUrl", FailureClass::InvalidConfiguration},
      {"ManifestMalformed", FailureClass::InvalidConfiguration},
      {"NoSuchPlatform", FailureClass::InvalidConfiguration},
  };
  if (error.code == "NotFound" || error.code == "RegistryRefused") {
    return direction == Direction::Push ? FailureClass::InvalidConfiguration : FailureClass::ImagePullFailed;
  }
  const auto found = classes.find(error.code);
  return found == classes.end() ? FailureClass::Internal : found->second;
}

/// Not by rename: the kubelet has this very file open.
void leave_message(const std::filesystem::path& path, std::string_view text) {
  base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file.valid() || ::write(file.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    base::log_error("the result could not be left behind", {{"path", path.string()}, {"result", std::string(text)}});
  }
}

}  // namespace

api::StepResult result_of(const base::Error& error, Direction direction) {
  api::StepResult result;
  if (error.code == "Cancelled") {
    result.outcome = api::Outcome::Stopped;
    return result;
  }
  result.outcome = api::Outcome::Failed;
  result.failure = api::Failure{
      class_of(error, direction), {}, direction == Direction::Push ? "publish" : "sources", error.message, {}};
  return result;
}

int end_step(const api::StepResult& result, const base::Handover* handover,
             const std::filesystem::path& termination_message) {
  leave_message(termination_message, api::to_json(result));
  if (handover != nullptr) {
    if (const auto written =
            handover->write_done(api::to_json(api::StepDone{result.outcome, 0, 0, result.repositories}));
        !written) {
      base::log_error("the other steps could not be told", {{"error", written.error().message}});
    }
  }
  if (result.failure) {
    base::log_error("the step failed", {{"class", std::string(api::to_string(result.failure->failure_class))},
                                        {"error", result.failure->message}});
  }
  return exit_code_of(result);
}

}  // namespace staves::oci
