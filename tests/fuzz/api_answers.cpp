#include <algorithm>

#include "kube/api_error.h"
#include "kube/server_address.h"
#include "tests/fuzz/target.h"

using namespace staves;

/// The first line is the Retry-After header, the rest a body.
FUZZ_TARGET(api_answers) {
  const auto end = std::min(bytes.find('\n'), bytes.size());
  base::HttpResponse response{
      429, {{"retry-after", std::string(bytes.substr(0, end))}}, std::string(bytes.substr(end))};
  const auto pause = kube::retry_after(response.headers);
  const auto sane = [](std::chrono::seconds time) { return time.count() >= 0 && time <= std::chrono::hours(1); };
  fuzz::must(!pause || sane(*pause), "nobody waits longer than an hour");
  for (const int status : {400, 429, 503}) {
    response.status = status;
    const auto error = kube::error_of_response(response);
    fuzz::must(!error.code.empty() && !error.message.empty(), "an error has a code and a message");
    fuzz::must(sane(error.retry.delay), "nobody waits longer than an hour");
  }
  (void)kube::parse_server_address(bytes);
  (void)kube::parse_object_key(bytes);
}
