#pragma once

#include <chrono>
#include <optional>

#include "base/http.h"
#include "base/json.h"
#include "kube/resource.h"

namespace staves::kube {

/// The Error that a response with a status of 400 or above says: its Status object when it has one, else its status
/// code.
Error error_of_response(const base::HttpResponse& response);

/// The Error that a metav1.Status object says; `http_status` stands in when it has no code.
Error error_of_status(const base::Json& status, int http_status);

/// The seconds of a Retry-After header, at most 1 h. Nothing when there is none or it is no number (an API server
/// writes numbers).
std::optional<std::chrono::seconds> retry_after(const base::HttpHeaders& headers);

}  // namespace staves::kube
