#pragma once

#include <optional>
#include <string>

namespace staves::test {

/// A metav1.Status as the API server would write it, compact JSON.
std::string status_object(int code, const std::string& message);

/// A whole HTTP answer with such a body.
std::string status_reply(int code, const std::string& message, std::optional<int> retry_after = {});

/// What a server answers that is behind the resource version that it is asked for.
std::string too_large_version_reply(const std::string& asked, const std::string& current);

/// The line of a watch that says that its history is gone.
std::string expired_event();

}  // namespace staves::test
