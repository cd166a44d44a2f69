#include "oci/git.h"

#include <array>
#include <cstdlib>

#include "base/files.h"
#include "base/process.h"
#include "oci/git_failure.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;
using Lines = std::vector<std::string>;

/// Attributes of the overlay could have files written otherwise than they are stored; these win over them.
constexpr std::string_view plain_files = "* -text -ident -filter -working-tree-encoding !eol\n";

std::map<std::string, std::string> environment_of(const GitConfiguration& configuration,
                                                  const std::filesystem::path& ssh) {
  std::map<std::string, std::string> environment{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                                 {"LC_ALL", "C"},
                                                 {"HOME", configuration.home.string()},
                                                 {"GIT_CONFIG_NOSYSTEM", "1"},
                                                 {"GIT_CONFIG_GLOBAL", configuration.git.string()},
                                                 {"GIT_ATTR_NOSYSTEM", "1"},
                                                 {"GIT_TERMINAL_PROMPT", "0"},
                                                 {"GIT_NO_REPLACE_OBJECTS", "1"},
                                                 {"GIT_SSH", ssh.string()},
                                                 {"GIT_SSH_VARIANT", "ssh"},
                                                 {"STAVES_SSH_CONFIG", configuration.ssh.string()}};
  for (const char* name : {"http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"}) {
    if (const char* value = std::getenv(name); value != nullptr) environment[name] = value;
  }
  return environment;
}

/// Whether the server hands out branches only.
bool wants_branches(const base::Error& error) {
  return error.code == "RepositoryInvalid" && (error.message.find("not our ref") != std::string::npos ||
                                               error.message.find("unadvertised object") != std::string::npos);
}

}  // namespace

Git::Git(api::PlanRepository repository, GitConfiguration configuration, std::filesystem::path ssh)
    : repository_(std::move(repository)), configuration_(std::move(configuration)), ssh_(std::move(ssh)) {}

Result<Lines> Git::run(Lines arguments, const std::stop_token& stop) const {
  base::Command command;
  command.arguments = std::move(arguments);
  command.arguments.insert(command.arguments.begin(), "git");
  command.environment = environment_of(configuration_, ssh_);
  command.directory = "/";
  Lines output;
  constexpr std::size_t most_lines = 20'000;
  TRY_ASSIGN(const auto end, base::run_process(
                                 command,
                                 [&output](std::string_view line) {
                                   if (output.size() < most_lines) output.emplace_back(line);
                                 },
                                 stop));
  if (stop.stop_requested()) return fail("Cancelled", "told to stop while git ran", Retry::never());
  if (end.exit_code != 0) return fail(git_failure(repository_.name, output));
  return output;
}

Result<std::string> Git::resolve(const std::stop_token& stop) const {
  const std::string wanted = repository_.branch.empty() ? "HEAD" : "refs/heads/" + repository_.branch;
  TRY_ASSIGN(const auto lines, run({"ls-remote", "--", repository_.uri, wanted}, stop));
  for (const std::string& line : lines) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos || line.substr(tab + 1) != wanted) continue;
    if (std::string revision = line.substr(0, tab); api::is_revision(revision)) return revision;
  }
  const std::string what = repository_.branch.empty() ? "no branch" : "no branch " + repository_.branch;
  return fail("RepositoryInvalid", "overlay " + repository_.name + ": the server has " + what,
              Retry::when_spec_changes());
}

Done Git::fetch(const std::string& revision, const std::string& directory, const std::stop_token& stop) const {
  const Lines common{directory, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"};
  Lines one = common;
  one.insert(one.end(), {"--depth=1", "--", repository_.uri, revision + ":refs/heads/staves"});
  const auto alone = run(one, stop);
  if (alone) return {};
  if (!wants_branches(alone.error())) return fail(alone.error());
  Lines all = common;
  all.insert(all.end(), {"--", repository_.uri, "+refs/heads/*:refs/remotes/origin/*"});
  TRY(run(all, stop));
  return {};
}

Done Git::check_out(const std::string& revision, const std::filesystem::path& repository,
                    const std::filesystem::path& tree, const std::stop_token& stop) const {
  const std::string directory = "--git-dir=" + repository.string();
  const std::string format = revision.size() == 64 ? "sha256" : "sha1";
  TRY(run({"init", "--quiet", "--bare", "--template=", "--object-format=" + format, "--", repository.string()}, stop));
  TRY(base::make_directories(repository / "info"));
  TRY(base::write_file_atomically(repository / "info/attributes", plain_files));
  TRY(fetch(revision, directory, stop));
  TRY(base::make_directories(tree));
  const std::string files = "--work-tree=" + tree.string();
  TRY(run({directory, files, "read-tree", revision + "^{commit}"}, stop));
  TRY(run({directory, files, "-c", "core.bare=false", "checkout-index", "--all", "--force", "--quiet"}, stop));
  return {};
}

}  // namespace staves::oci
