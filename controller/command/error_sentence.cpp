#include "command/error_sentence.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "command/setting.h"

namespace staves::command {

namespace {

using namespace std::string_view_literals;

constexpr std::array bad_inputs{"BadInput"sv,   "InvalidSpec"sv,       "Invalid"sv,
                                "NotFound"sv,   "BadRequest"sv,        "RequestEntityTooLarge"sv,
                                "Conflict"sv,   "InvalidKubeconfig"sv, "NoClusterConfiguration"sv,
                                "InvalidName"sv};

/// What the user can do; empty: the message says it.
std::string what_to_do(const base::Error& error, const Whereabouts& where) {
  const std::string& code = error.code;
  if (code == "NoClusterConfiguration") return "Name a file with --kubeconfig or in KUBECONFIG";
  if (code == "InvalidKubeconfig") return "See kubectl config view and kubectl config get-contexts";
  if (code == "ConnectFailed" || code == "ConnectionLost" || code == "DeadlineExceeded" || code == "Silent") {
    return "Check that the API server " + where.server +
           " runs and can be reached, and that this is the cluster you mean (kubectl config current-context)";
  }
  if (code == "TlsFailed") {
    return "Check the certificate-authority and the address of the cluster in your kubeconfig, and that no proxy "
           "stands "
           "in between";
  }
  if (code == "Unauthorized" || code == "CredentialsUnreadable") {
    return "Log in to the cluster again, or check the user of your kubeconfig's context";
  }
  if (code == "Forbidden") {
    return "Ask whoever runs the cluster for that right in namespace " + where.name_space +
           ", or choose another namespace with -n";
  }
  return {};
}

bool is_unknown_kind(const base::Error& error) {
  return error.code == "NotFound" && error.message.contains("could not find the requested resource");
}

}  // namespace

std::string error_sentence(const base::Error& error, const Whereabouts& where) {
  if (is_unknown_kind(error)) {
    return "the cluster " + where.server +
           " does not know StavesImage: install the Staves operator there, or choose another cluster with --context";
  }
  std::string message = error.message;
  if (error.code == "Unauthorized") message = "the cluster " + where.server + " does not know who you are";
  if (error.code == "TlsFailed") message = "the connection to " + where.server + " is not trusted: " + message;
  const std::string help = what_to_do(error, where);
  if (help.empty()) return message;
  return message + (message.ends_with('.') ? " " : ". ") + help;
}

int exit_code_of(const base::Error& error) {
  if (error.code == "Cancelled") return exit_code::stopped;
  if (is_unknown_kind(error)) return exit_code::no_cluster;
  return std::ranges::find(bad_inputs, error.code) == bad_inputs.end() ? exit_code::no_cluster : exit_code::bad_input;
}

std::unexpected<base::Error> bad_input(std::string message) {
  return base::fail("BadInput", std::move(message), base::Retry::never());
}

}  // namespace staves::command
