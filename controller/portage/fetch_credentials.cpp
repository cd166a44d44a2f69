#include "portage/fetch_credentials.h"

#include "base/files.h"

namespace staves::portage {
namespace {

bool is_mounted(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

}  // namespace

base::Done use_ssh_secret(const Paths& paths) {
  if (!is_mounted(paths.ssh_secret / "ssh-privatekey")) return {};
  constexpr unsigned only_ours = 0600;
  const auto directory = paths.system / "root/.ssh";
  TRY(base::make_directories(directory));
  const std::string secret = paths.ssh_secret.string();
  return base::write_file_atomically(directory / "config",
                                     "Host *\nIdentityFile " + secret + "/ssh-privatekey\nUserKnownHostsFile " +
                                         secret +
                                         "/known_hosts\nGlobalKnownHostsFile /dev/null\nStrictHostKeyChecking yes\n"
                                         "UpdateHostKeys no\nIdentitiesOnly yes\nIdentityAgent none\nBatchMode yes\n"
                                         "ForwardAgent no\nConnectTimeout 20\n",
                                     only_ours);
}

std::string netrc_lines(const Paths& paths) {
  if (!is_mounted(paths.netrc_secret / ".netrc")) return {};
  const std::string home = "env HOME=" + paths.netrc_secret.string() + " ";
  return "FETCHCOMMAND=\"" + home + "${FETCHCOMMAND}\"\nRESUMECOMMAND=\"" + home + "${RESUMECOMMAND}\"\n";
}

}  // namespace staves::portage
