#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "api/repository.h"
#include "base/result.h"
#include "oci/overlay_credentials.h"

namespace staves::oci {

/// git for one overlay, as a program of its own: with the configuration that is given and nobody else's, without hooks,
/// filters, submodules and questions. Errors of all calls: those of git_failure; SpawnFailed (retry: never); Cancelled
/// (never).
class Git {
 public:
  /// `ssh` is the program that is run for ssh, see bin/ssh_main.cpp.
  Git(api::PlanRepository repository, GitConfiguration configuration, std::filesystem::path ssh);

  /// What the branch, or the server's default, points to. RepositoryInvalid: there is no such branch.
  base::Result<std::string> resolve(const std::stop_token& stop) const;

  /// Fetches one revision alone into a new repository and writes its files to `tree`; both must not exist. A server
  /// that hands out only branches is asked for all of them.
  base::Done check_out(const std::string& revision, const std::filesystem::path& repository,
                       const std::filesystem::path& tree, const std::stop_token& stop) const;

 private:
  base::Result<std::vector<std::string>> run(std::vector<std::string> arguments, const std::stop_token& stop) const;
  base::Done fetch(const std::string& revision, const std::string& directory, const std::stop_token& stop) const;

  api::PlanRepository repository_;
  GitConfiguration configuration_;
  std::filesystem::path ssh_;
};

}  // namespace staves::oci
