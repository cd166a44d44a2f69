#include "tests/support/fake_registry.h"

#include "base/digest.h"

namespace staves::test {
namespace {

std::string query_value(const std::string& query, const std::string& name) {
  const auto at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  auto value = query.substr(at + name.size() + 1);
  value = value.substr(0, value.find('&'));
  for (std::size_t colon = 0; (colon = value.find("%3A")) != std::string::npos;) value.replace(colon, 3, ":");
  for (std::size_t slash = 0; (slash = value.find("%2F")) != std::string::npos;) value.replace(slash, 3, "/");
  return value;
}

std::string header_of(const SeenRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

/// The first of a list that runs out; npos when it has.
std::size_t take_first(std::vector<std::size_t>& list) {
  if (list.empty()) return std::string::npos;
  const auto first = list.front();
  list.erase(list.begin());
  return first;
}

}  // namespace

FakeRegistry::FakeRegistry() : server_([this](ServerConnection& connection) { serve(connection); }) {}

void FakeRegistry::change(const std::function<void(RegistryBehaviour&)>& how) {
  const std::scoped_lock lock(mutex_);
  how(behaviour_);
}

void FakeRegistry::put_blob(const std::string& digest, std::string bytes) {
  const std::scoped_lock lock(mutex_);
  blobs_[digest] = std::move(bytes);
}

void FakeRegistry::put_manifest(const std::string& name, std::string bytes, const std::string& media_type) {
  const std::scoped_lock lock(mutex_);
  manifests_[base::sha256_digest(bytes)] = {bytes, media_type};
  manifests_[name] = {std::move(bytes), media_type};
}

std::string FakeRegistry::blob(const std::string& digest) const {
  const std::scoped_lock lock(mutex_);
  const auto found = blobs_.find(digest);
  return found == blobs_.end() ? std::string() : found->second;
}

std::string FakeRegistry::manifest(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = manifests_.find(name);
  return found == manifests_.end() ? std::string() : found->second.first;
}

std::vector<FakeRegistry::Seen> FakeRegistry::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

int FakeRegistry::count(const std::string& beginning) const {
  const std::scoped_lock lock(mutex_);
  int number = 0;
  for (const auto& one : seen_) number += (one.method + " " + one.target).starts_with(beginning) ? 1 : 0;
  return number;
}

void FakeRegistry::serve(ServerConnection& connection) {
  bool cut = false;
  const auto limit = [&](const SeenRequest& head) {
    const auto bytes = body_limit(head);
    cut = bytes != std::string::npos;
    return bytes;
  };
  while (const auto request = connection.read_request(limit)) {
    Answer made;
    {
      const std::scoped_lock lock(mutex_);
      seen_.push_back({request->method, request->target, request->headers, request->body.size()});
      made = answer(*request, cut);
    }
    if (cut || made.no_answer) return;
    if (request->method == "HEAD") made.body.clear();
    std::string text = "HTTP/1.1 " + std::to_string(made.status) + " Fake\r\n" + made.headers +
                       "Content-Length: " + std::to_string(made.body.size()) + "\r\n\r\n";
    text += made.body.substr(0, made.cut_after);
    if (!connection.write(text) || made.cut_after != std::string::npos) return;
  }
}

std::size_t FakeRegistry::body_limit(const SeenRequest& head) {
  const std::scoped_lock lock(mutex_);
  Answer ignored;
  if (head.method != "PATCH" || denied(head, ignored)) return std::string::npos;
  return take_first(behaviour_.cut_uploads_after);
}

bool FakeRegistry::denied(const SeenRequest& request, Answer& answer) const {
  const std::string authorization = header_of(request, "authorization");
  if (!behaviour_.basic.empty() && authorization != behaviour_.basic) {
    answer = {401, "WWW-Authenticate: Basic realm=\"fake\"\r\n", "{}"};
    return true;
  }
  const bool bearer = authorization.starts_with("Bearer ") && behaviour_.good_tokens.contains(authorization.substr(7));
  if (!behaviour_.realm.empty() && !bearer) {
    answer = {401,
              "WWW-Authenticate: Bearer realm=\"" + behaviour_.realm +
                  "\",service=\"fake\",scope=\"repository:acme/bash:pull\"\r\n",
              "{}"};
    return true;
  }
  if (behaviour_.forbidden && request.method != "GET" && request.method != "HEAD") {
    answer = {403, "", R"({"errors":[{"code":"DENIED","message":"no push here"}]})"};
    return true;
  }
  return false;
}

FakeRegistry::Answer FakeRegistry::answer(const SeenRequest& request, bool cut) {
  Answer made;
  if (behaviour_.busy > 0) {
    --behaviour_.busy;
    return {429, behaviour_.retry_after.empty() ? "" : "Retry-After: " + behaviour_.retry_after + "\r\n", ""};
  }
  if (denied(request, made)) return made;
  const auto mark = request.target.find('?');
  const std::string path = request.target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : request.target.substr(mark + 1);
  constexpr std::string_view uploads = "/blobs/uploads/";
  if (const auto at = path.find(uploads); at != std::string::npos) {
    return upload(request, path.substr(4, at - 4), path.substr(at + uploads.size()), query, cut);
  }
  if (const auto at = path.find("/blobs/"); at != std::string::npos) return download(request, path.substr(at + 7));
  if (const auto at = path.find("/manifests/"); at != std::string::npos)
    return manifest_answer(request, path.substr(at + 11));
  return made;
}

FakeRegistry::Answer FakeRegistry::upload(const SeenRequest& request, const std::string& repository,
                                          const std::string& id, const std::string& query, bool cut) {
  const auto location = [&](const std::string& upload_id) {
    return "Location: " + behaviour_.upload_origin + "/v2/" + repository + "/blobs/uploads/" + upload_id +
           "?state=a%2Bb\r\n";
  };
  if (request.method == "POST") {
    const bool mounted = !behaviour_.mountable_from.empty() && query_value(query, "from") == behaviour_.mountable_from;
    if (mounted) return {201, "", ""};
    const std::string fresh = "u" + std::to_string(next_upload_++);
    uploads_[fresh];
    return {202, location(fresh), ""};
  }
  if (request.method == "DELETE") {
    uploads_.erase(id);
    return {204, "", ""};
  }
  // Sessions that another host began are known here too.
  const bool foreign = !behaviour_.upload_origin.empty() || next_upload_ == 1;
  if (!uploads_.contains(id) && !foreign)
    return {404, "", R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"gone"}]})"};
  auto& content = uploads_[id];
  if (request.method == "GET") {
    return {204, location(id) + "Range: 0-" + std::to_string(content.empty() ? 0 : content.size() - 1) + "\r\n", ""};
  }
  if (behaviour_.too_large_status != 0 && request.method == "PATCH") return {behaviour_.too_large_status, "", ""};
  if (const auto range = header_of(request, "content-range"); !range.empty() && std::stoul(range) != content.size()) {
    return {416, "", ""};
  }
  content += request.body;
  if (cut) {
    if (behaviour_.forget_cut_uploads) uploads_.erase(id);
    return {};
  }
  if (request.method == "PATCH") return {202, location(id), ""};
  const auto digest = query_value(query, "digest");
  if (base::sha256_digest(content) != digest)
    return {400, "", R"({"errors":[{"code":"DIGEST_INVALID","message":"no"}]})"};
  blobs_[digest] = content;
  uploads_.erase(id);
  Answer made{201, "", ""};
  made.no_answer = std::exchange(behaviour_.lose_commit_answer, false);
  return made;
}

FakeRegistry::Answer FakeRegistry::download(const SeenRequest& request, const std::string& digest) {
  if (request.method == "GET" && !behaviour_.redirect_blobs_to.empty()) {
    return {307, "Location: " + behaviour_.redirect_blobs_to + "/v2/acme/bash/blobs/" + digest + "?signature=s\r\n",
            ""};
  }
  const auto found = blobs_.find(digest);
  if (found == blobs_.end()) return {};
  Answer made{200, "", found->second};
  const auto range = header_of(request, "range");
  if (!range.empty() && behaviour_.know_ranges) {
    made.status = 206;
    made.body.erase(0, std::stoul(range.substr(std::string("bytes=").size())));
  }
  if (request.method == "GET") made.cut_after = take_first(behaviour_.cut_downloads_after);
  return made;
}

FakeRegistry::Answer FakeRegistry::manifest_answer(const SeenRequest& request, const std::string& name) {
  if (request.method == "PUT") {
    const auto stored = std::pair(request.body, header_of(request, "content-type"));
    manifests_[name] = stored;
    manifests_[base::sha256_digest(request.body)] = stored;
    return {201, "", ""};
  }
  const auto found = manifests_.find(name);
  if (found == manifests_.end()) return {};
  const auto digest =
      behaviour_.pretended_digest.empty() ? base::sha256_digest(found->second.first) : behaviour_.pretended_digest;
  return {200, "Content-Type: " + found->second.second + "\r\nDocker-Content-Digest: " + digest + "\r\n",
          found->second.first};
}

}  // namespace staves::test
