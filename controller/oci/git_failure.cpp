#include "oci/git_failure.h"

#include <algorithm>
#include <array>
#include <span>

#include "api/bounded_text.h"

namespace staves::oci {
namespace {

using base::Retry;
using Lines = std::vector<std::string>;

constexpr std::size_t most_bytes = 300;

/// The first line that has one of the texts; null: none.
const std::string* line_with(const Lines& lines, std::span<const std::string_view> texts) {
  const auto found = std::ranges::find_if(lines, [&](const std::string& line) {
    return std::ranges::any_of(texts, [&](std::string_view text) { return !text.empty() && line.contains(text); });
  });
  return found == lines.end() ? nullptr : &*found;
}

struct Meaning {
  std::string_view code;
  std::string_view what;
  std::array<std::string_view, 5> texts;  ///< those that are not needed are empty
};

// The first that is found decides. ssh says what is wrong before git says that it could not read.
constexpr std::array meanings = {
    Meaning{"DiskFull", "the volume is full", {"No space left on device", "Disk quota exceeded"}},
    Meaning{
        "RepositoryAuthFailed",
        "the server's host key is another one than known_hosts of the Secret has; if it was changed on purpose, put "
        "the new one there",
        {"REMOTE HOST IDENTIFICATION HAS CHANGED", "differs from the key"}},
    Meaning{"RepositoryAuthFailed",
            "known_hosts of the Secret has no host key of this server; add the line that ssh-keyscan gives, once you "
            "have checked it",
            {"host key is known for", "Host key verification failed"}},
    Meaning{"RepositoryAuthFailed",
            "ssh-privatekey of the Secret cannot be read as a key without a passphrase",
            {"error in libcrypto", "invalid format", "incorrect passphrase"}},
    Meaning{"RepositoryAuthFailed",
            "the server does not accept the key of the Secret; allow its public key to read the repository",
            {"Permission denied (", "Too many authentication failures"}},
    Meaning{"RepositoryAuthFailed",
            "the server wants a user name and a password, or another one than the Secret has",
            {"could not read Username", "could not read Password", "Authentication failed", "returned error: 401",
             "returned error: 403"}},
    Meaning{"RepositoryInvalid",
            "the server has no such repository, or shows it only to whoever logs in",
            {"returned error: 404", "does not appear to be a git repository", "Repository not found",
             "repository not found", "' not found"}},
    Meaning{"RepositoryInvalid",
            "the address leads elsewhere; with a password no redirect is followed: write the final one",
            {"returned error: 301", "returned error: 302", "returned error: 307", "returned error: 308"}},
    Meaning{"RepositoryInvalid",
            "the server does not have that revision",
            {"not our ref", "unadvertised object", "couldn't find remote ref", "Not a valid object name",
             "not a tree object"}},
};

}  // namespace

base::Error git_failure(const std::string& overlay, const Lines& output) {
  for (const Meaning& meaning : meanings) {
    const std::string* line = line_with(output, meaning.texts);
    if (line == nullptr) continue;
    const bool full = meaning.code == "DiskFull";
    return {std::string(meaning.code),
            "overlay " + overlay + ": " + std::string(meaning.what) + " (" + api::at_most(*line, most_bytes) + ")",
            full ? Retry::soon() : Retry::when_spec_changes()};
  }
  const auto last = std::find_if(output.rbegin(), output.rend(), [](const std::string& line) { return !line.empty(); });
  const std::string words = last == output.rend() ? "git said nothing" : api::at_most(*last, most_bytes);
  constexpr std::array<std::string_view, 7> causes{"Could not resolve", "Failed to connect", "Connection refused",
                                                   "timed out",         "SSL certificate",   "returned error: 5",
                                                   "No route"};
  const std::string* cause = line_with(output, causes);
  return {"RepositoryUnreachable",
          "overlay " + overlay + ": " + (cause == nullptr ? words : api::at_most(*cause, most_bytes)), Retry::soon()};
}

}  // namespace staves::oci
