#include "oci/git_refs.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include "api/repository.h"
#include "oci/url.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

constexpr std::string_view question = "/info/refs?service=git-upload-pack";
constexpr int most_redirects = 3;
constexpr std::size_t prefix_bytes = 4;

std::string packet(std::string_view text) {
  std::array<char, prefix_bytes + 1> length{};
  std::snprintf(length.data(), length.size(), "%04x", static_cast<unsigned>(text.size() + prefix_bytes) & 0xffffU);
  return length.data() + std::string(text);
}

/// The texts of an answer's packets, without line breaks; what is cut off at its end is left out.
std::vector<std::string_view> packets_of(std::string_view body) {
  std::vector<std::string_view> packets;
  while (body.size() >= prefix_bytes) {
    std::size_t length = 0;
    const std::string_view prefix = body.substr(0, prefix_bytes);
    const char* const end_of_prefix = std::to_address(prefix.end());
    const auto [end, failed] = std::from_chars(std::to_address(prefix.begin()), end_of_prefix, length, 16);
    if (failed != std::errc() || end != end_of_prefix || length > body.size()) break;
    if (length < prefix_bytes) {
      length = prefix_bytes;  // a flush or a delimiter
    } else {
      std::string_view text = body.substr(prefix_bytes, length - prefix_bytes);
      if (text.ends_with('\n')) text.remove_suffix(1);
      packets.push_back(text);
    }
    body.remove_prefix(length);
  }
  return packets;
}

/// "<revision> <name>", whatever follows behind the name.
std::optional<std::string> revision_of(const std::vector<std::string_view>& packets, std::string_view name) {
  for (const std::string_view text : packets) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos || !api::is_revision(text.substr(0, space))) continue;
    std::string_view rest = text.substr(space + 1);
    rest = rest.substr(0, rest.find_first_of(std::string_view(" \0", 2)));
    if (rest == name) return std::string(text.substr(0, space));
  }
  return std::nullopt;
}

Result<TransportResponse> judged(Result<TransportResponse> answer) {
  if (!answer) {
    if (answer.error().code == "Cancelled") return answer;
    return fail("RepositoryUnreachable", answer.error().message, Retry::soon());
  }
  const std::string status = "the server answered " + std::to_string(answer->status);
  if (answer->status == 401 || answer->status == 403) {
    return fail("RepositoryAuthFailed", status + " to a question without credentials", Retry::when_spec_changes());
  }
  if (answer->status >= 500 || answer->status == 429) return fail("RepositoryUnreachable", status, Retry::soon());
  if (answer->status >= 400) return fail("RepositoryInvalid", status, Retry::when_spec_changes());
  return answer;
}

struct Advertisement {
  std::string base;  ///< address of the repository after redirects
  std::string body;
};

Result<Advertisement> ask(HttpTransport& transport, const std::string& uri, const std::stop_token& stop) {
  std::string base = uri;
  while (base.ends_with('/')) base.pop_back();
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    TransportRequest request;
    request.url = base + std::string(question);
    request.headers = {{"Git-Protocol", "version=2"}, {"User-Agent", "git/staves"}};
    TRY_ASSIGN(const auto answer, judged(transport.send(request, stop)));
    if (answer.status == 200) return Advertisement{base, answer.body};
    const auto location = answer.headers.find("location");
    if (location == answer.headers.end()) break;
    TRY_ASSIGN(const auto from, parse_url(request.url));
    TRY_ASSIGN(const auto to, resolve_location(from, location->second));
    base = to_string(to);
    if (!base.ends_with(question)) break;
    base.resize(base.size() - question.size());
  }
  return fail("RepositoryInvalid", "the server leads elsewhere", Retry::when_spec_changes());
}

Result<std::string> ask_for(HttpTransport& transport, const std::string& base, const std::string& name,
                            const std::stop_token& stop) {
  TransportRequest request;
  request.method = "POST";
  request.url = base + "/git-upload-pack";
  request.headers = {{"Git-Protocol", "version=2"},
                     {"User-Agent", "git/staves"},
                     {"Content-Type", "application/x-git-upload-pack-request"}};
  request.body = packet("command=ls-refs\n") + "0001" + packet("ref-prefix " + name + "\n") + "0000";
  TRY_ASSIGN(auto answer, judged(transport.send(request, stop)));
  return std::move(answer.body);
}

}  // namespace

Result<std::string> find_branch(HttpTransport& transport, const std::string& uri, const std::string& branch,
                                const std::stop_token& stop) {
  const std::string name = branch.empty() ? "HEAD" : "refs/heads/" + branch;
  TRY_ASSIGN(const auto told, ask(transport, uri, stop));
  auto packets = packets_of(told.body);
  // Some servers leave this line out when they speak version 2, git's own among them.
  const bool is_announced = !packets.empty() && packets.front().starts_with("# service=git-upload-pack");
  if (is_announced) packets.erase(packets.begin());
  const bool is_second_version = !packets.empty() && packets.front() == "version 2";
  if (!is_announced && !is_second_version) {
    return fail("RepositoryInvalid", "the server does not answer as git does", Retry::when_spec_changes());
  }
  std::optional<std::string> found;
  if (is_second_version) {
    TRY_ASSIGN(const auto refs, ask_for(transport, told.base, name, stop));
    found = revision_of(packets_of(refs), name);
  } else {
    found = revision_of(packets, name);
  }
  if (found) return *std::move(found);
  return fail("RepositoryInvalid", "the server has no branch" + (branch.empty() ? "" : " " + branch),
              Retry::when_spec_changes());
}

}  // namespace staves::oci
