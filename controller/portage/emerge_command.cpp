#include "portage/emerge_command.h"

#include <cstdlib>

namespace staves::portage {

std::map<std::string, std::string> portage_environment() {
  std::map<std::string, std::string> environment = {
      {"HOME", "/root"},
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin"},
      {"TERM", "dumb"},
      {"LANG", "C.UTF-8"},
      {"LC_ALL", "C.UTF-8"}};
  for (const char* name : {"http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY",
                           "NO_PROXY", "SSL_CERT_FILE"}) {
    if (const char* value = std::getenv(name); value != nullptr) {
      environment[name] = value;
    }
  }
  return environment;
}

base::Command emerge_command(const std::string& root, const std::vector<std::string>& atoms, const Parallelism& split,
                             const std::vector<std::string>& without_binaries) {
  base::Command command;
  // changed-deps: Portage puts the libc into every built package's dependencies, and an empty root would refuse them
  // all. implicit-system-deps: otherwise packages of @system merge one at a time. noreplace: the layout is merged once
  // only.
  command.arguments = {"emerge",
                       "--root=" + root,
                       "--oneshot",
                       "--noreplace",
                       "--verbose",
                       "--usepkg",
                       "--usepkg-exclude-live=y",
                       "--with-bdeps=n",
                       "--binpkg-respect-use=y",
                       "--binpkg-changed-deps=n",
                       "--implicit-system-deps=n",
                       "--jobs=" + std::to_string(split.packages),
                       "--jobs-tmpdir-require-free-gb=0",
                       "--quiet-build=y",
                       "--color=n",
                       "--nospinner",
                       "--ignore-default-opts",
                       "--misspell-suggestions=n"};
  if (!without_binaries.empty()) {
    std::string names;
    for (const std::string& name : without_binaries) names += (names.empty() ? "" : " ") + name;
    command.arguments.push_back("--usepkg-exclude=" + names);
  }
  command.arguments.insert(command.arguments.end(), atoms.begin(), atoms.end());
  command.environment = portage_environment();
  command.directory = "/";
  return command;
}

}  // namespace staves::portage
