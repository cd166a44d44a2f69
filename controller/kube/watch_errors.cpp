#include "kube/watch_errors.h"

#include <algorithm>
#include <array>

namespace staves::kube {

bool server_forgot(const base::Error& error) {
  return error.code == "Expired" || error.code == "ResourceVersionTooLarge";
}

bool refuses_initial_events(const base::Error& error) {
  return error.code == "Invalid" || error.code == "BadRequest";
}

bool watch_may_go_on(const base::Error& error) {
  constexpr std::array codes{"ConnectFailed",      "ConnectionLost", "DeadlineExceeded", "TlsFailed",
                             "TooManyRequests",    "Timeout",        "Unauthorized",     "CredentialsUnreadable",
                             "VeryShortWatch",     "Silent",         "UnexpectedStatus", "ServiceUnavailable",
                             "InvalidCertificate", "MalformedJson"};
  return std::ranges::find(codes, error.code) != codes.end();
}

}  // namespace staves::kube
