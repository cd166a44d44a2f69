#include "oci/overlay_credentials.h"

#include "base/files.h"
#include "oci/base64.h"
#include "oci/mounted_file.h"
#include "oci/url.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;
namespace fs = std::filesystem;

constexpr unsigned only_ours = 0600;

// Only these protocols; nothing that an overlay or the machine could run; no questions.
constexpr std::string_view common = R"([core]
	hooksPath = /dev/null
	attributesFile = /dev/null
	excludesFile = /dev/null
	fsmonitor = false
	autocrlf = false
	protectHFS = true
	protectNTFS = true
[protocol]
	allow = never
	version = 2
[protocol "https"]
	allow = always
[protocol "http"]
	allow = always
[protocol "ssh"]
	allow = always
[credential]
	helper =
[submodule]
	recurse = false
[gc]
	auto = 0
[maintenance]
	auto = false
[http]
	lowSpeedLimit = 1
	lowSpeedTime = 60
)";

/// One key of a mounted Secret, without the line break that editors leave at the end.
Result<std::string> read_key(const fs::path& directory, const std::string& key) {
  auto text = read_mounted_file(directory / key);
  if (!text || !*text || (*text)->empty()) {
    return fail("RepositoryAuthFailed", "the Secret has no key " + key, Retry::when_spec_changes());
  }
  std::string value = **text;
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  return value;
}

bool is_ssh(const api::PlanRepository& repository) {
  return repository.uri.starts_with("ssh://");
}

/// A header for exactly that server: whoever it sends elsewhere gets no answer.
Result<std::string> password_part(const fs::path& directory, const api::PlanRepository& repository) {
  TRY_ASSIGN(const auto user, read_key(directory, "username"));
  TRY_ASSIGN(const auto password, read_key(directory, "password"));
  TRY_ASSIGN(const auto url, parse_url(repository.uri));
  return "\tfollowRedirects = false\n[http \"" + origin_of(url) + "/\"]\n\textraHeader = \"Authorization: Basic " +
         base64_encode(user + ":" + password) + "\"\n";
}

/// git takes one file of roots, so the builder's stand behind the system's. To be appended to the section [http].
Result<std::string> roots_part(const CredentialPlaces& places) {
  TRY_ASSIGN(const auto extra, read_mounted_file(places.extra_ca));
  if (!extra) return std::string();
  const auto system = base::read_file(places.system_roots);
  const fs::path both = places.made / "ca.crt";
  TRY(base::write_file_atomically(both, (system ? *system + "\n" : "") + *extra, only_ours));
  return "\tsslCAInfo = " + both.string() + "\n";
}

base::Done check_ssh_secret(const fs::path& directory) {
  for (const char* key : {"ssh-privatekey", "known_hosts"}) TRY(read_key(directory, key));
  return {};
}

std::string ssh_text(const fs::path& directory) {
  std::string text = "Host *\n";
  const auto put = [&text](const std::string& name, const std::string& value) { text += name + " " + value + "\n"; };
  put("IdentityFile", (directory / "ssh-privatekey").string());
  put("UserKnownHostsFile", (directory / "known_hosts").string());
  put("GlobalKnownHostsFile", "/dev/null");
  put("StrictHostKeyChecking", "yes");
  put("UpdateHostKeys", "no");
  put("IdentitiesOnly", "yes");
  put("IdentityAgent", "none");
  put("PreferredAuthentications", "publickey");
  put("BatchMode", "yes");
  put("ForwardAgent", "no");
  put("ClearAllForwardings", "yes");
  put("PermitLocalCommand", "no");
  put("ControlPath", "none");
  put("ConnectTimeout", "20");
  put("ServerAliveInterval", "15");
  put("ServerAliveCountMax", "4");
  put("LogLevel", "ERROR");
  return text;
}

}  // namespace

Result<GitConfiguration> write_git_configuration(const CredentialPlaces& places,
                                                 const api::PlanRepository& repository) {
  const GitConfiguration made{.git = places.made / "gitconfig", .ssh = places.made / "ssh_config", .home = places.made};
  TRY_ASSIGN(const auto roots, roots_part(places));
  std::string git = std::string(common) + roots;
  std::string ssh = "Host *\nBatchMode yes\nStrictHostKeyChecking yes\nUserKnownHostsFile /dev/null\n";
  const fs::path own = places.overlays / repository.name;
  GitConfiguration result = made;
  if (is_ssh(repository)) {
    const fs::path& directory = repository.own_secret ? own : places.ssh;
    TRY(check_ssh_secret(directory));
    ssh = ssh_text(directory);
  } else if (repository.own_secret) {
    TRY_ASSIGN(const auto part, password_part(own, repository));
    git += part;
  } else {
    git += "\tfollowRedirects = initial\n";
    result.home = places.netrc;
  }
  TRY(base::write_file_atomically(made.git, git, only_ours));
  TRY(base::write_file_atomically(made.ssh, ssh, only_ours));
  return result;
}

}  // namespace staves::oci
