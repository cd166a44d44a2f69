#include "portage/cache_index.h"

#include <unistd.h>

#include "base/file_lock.h"
#include "base/log.h"
#include "base/process.h"
#include "portage/emerge_command.h"

namespace staves::portage {
namespace {

constexpr std::chrono::minutes patience{10};

}  // namespace

Part<> mend_index(const CachePlaces& places, const std::string& key, const std::stop_token& stop) {
  base::Command command{.arguments = {"emaint", "binhost", "--fix"},
                        .environment = portage_environment(),
                        .directory = "/",
                        .deadline = {}};
  command.environment["PKGDIR"] = (places.binpkgs / key).string();
  std::string last;
  const auto end = base::run_process(command, [&last](std::string_view line) { last = line; }, stop);
  if (!end) return fail_part("cache", end.error());
  if (end->exit_code != 0) {
    return fail_part(api::FailureClass::Internal, "cache",
                     "the index of binary packages in " + key + " cannot be mended: " + last);
  }
  ::unlink(places.repair_mark(key).c_str());
  return {};
}

Part<> mend_marked_index(const CachePlaces& places, const std::string& key, const std::stop_token& stop) {
  const auto mark = places.repair_mark(key);
  if (::access(mark.c_str(), F_OK) != 0) return {};
  const auto lock = base::FileLock::take(places.partition_lock(key), base::FileLock::Kind::Exclusive, patience, stop);
  if (!lock) return fail_part("cache", lock.error());
  if (::access(mark.c_str(), F_OK) != 0) return {};
  base::log_info("mending the index of binary packages that a build left when it died", {{"partition", key}});
  return mend_index(places, key, stop);
}

}  // namespace staves::portage
