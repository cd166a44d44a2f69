#include "oci/blob_upload.h"

#include "base/log.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

bool is_unreachable(const base::Error& error) {
  return error.code == "RegistryUnreachable";
}

/// The number of bytes of a Range header "0-<last>"; 0 when it says none.
std::uint64_t received(const TransportResponse& response) {
  const auto found = response.headers.find("range");
  if (found == response.headers.end()) return 0;
  const auto dash = found->second.find('-');
  if (dash == std::string::npos) return 0;
  const auto last = std::strtoull(found->second.c_str() + dash + 1, nullptr, 10);
  // Registries write "0-0" for an upload that has nothing, though it means one byte.
  return last == 0 ? 0 : last + 1;
}

}  // namespace

RegistryRequest BlobUpload::request(std::string method, Url url) const {
  RegistryRequest made;
  made.method = std::move(method);
  made.url = std::move(url);
  made.scope = scope_;
  return made;
}

Done BlobUpload::wait(int failures) {
  if (pause(delay_after(exchange_.retry(), failures, std::chrono::milliseconds(0)), stop_)) return {};
  return fail("Cancelled", "told to stop while pushing", Retry::never());
}

Result<bool> BlobUpload::exists() {
  TRY_ASSIGN(auto url, exchange_.address(scope_.repository, "blobs/" + blob_.digest));
  TRY_ASSIGN(const auto answer, exchange_.send(request("HEAD", std::move(url)), stop_));
  if (answer.response.status == 200) return true;
  if (answer.response.status == 404) return false;
  return fail(refusal(answer, "looking for " + blob_.digest));
}

Result<std::optional<Url>> BlobUpload::start(bool mount) {
  TRY_ASSIGN(auto url, exchange_.address(scope_.repository, "blobs/uploads/"));
  if (mount) url.target = with_query(with_query(url.target, "mount", blob_.digest), "from", scope_.mount_from);
  TRY_ASSIGN(const auto answer, exchange_.send(request("POST", std::move(url)), stop_));
  if (answer.response.status == 201 && mount) return std::optional<Url>();
  std::optional<Url> session;
  if (answer.response.status == 202) {
    TRY_ASSIGN(session, exchange_.location(answer));
  }
  if (!session) return fail(refusal(answer, "starting an upload to " + to_string(scope_.repository)));
  return session;
}

Result<BlobUpload::Step> BlobUpload::send_rest(Url& session, std::uint64_t& offset) {
  auto sent = request("PATCH", session);
  sent.repeatable = false;
  sent.headers["Content-Type"] = "application/octet-stream";
  if (offset > 0) sent.headers["Content-Range"] = std::to_string(offset) + "-" + std::to_string(blob_.size - 1);
  if (content_.file >= 0) {
    sent.file = FileRange{content_.file, offset, blob_.size - offset};
  } else {
    sent.body = content_.bytes.substr(offset);
  }
  TRY_ASSIGN(const auto answer, exchange_.send(sent, stop_));
  const int status = answer.response.status;
  if (status == 404 || status == 400 || status == 416) return Step::SessionLost;
  if (status != 202 && status != 201 && status != 204) return fail(refusal(answer, "uploading " + blob_.digest));
  offset = blob_.size;
  TRY_ASSIGN(auto next, exchange_.location(answer));
  if (next) session = *std::move(next);
  return Step::Complete;
}

Result<BlobUpload::Step> BlobUpload::find_offset(Url& session, std::uint64_t& offset) {
  TRY_ASSIGN(const auto answer, exchange_.send(request("GET", session), stop_));
  if (answer.response.status != 204 && answer.response.status != 200) return Step::SessionLost;
  offset = received(answer.response);
  TRY_ASSIGN(auto next, exchange_.location(answer));
  if (next) session = *std::move(next);
  return offset <= blob_.size ? Step::Complete : Step::SessionLost;
}

Result<BlobUpload::Step> BlobUpload::transfer(Url& session) {
  std::uint64_t offset = 0;
  std::uint64_t farthest = 0;
  for (int failures = 0; offset < blob_.size;) {
    auto step = send_rest(session, offset);
    if (step) {
      if (*step == Step::SessionLost) return step;
      continue;
    }
    // Only a line that breaks again and again at the same place uses up the attempts.
    if (!is_unreachable(step.error()) || ++failures >= exchange_.retry().attempts) return step;
    base::log_warning("the upload broke off", {{"digest", blob_.digest}, {"error", step.error().message}});
    TRY(wait(failures));
    TRY_ASSIGN(const auto found, find_offset(session, offset));
    if (found == Step::SessionLost) return Step::SessionLost;
    if (offset > farthest) failures = 0;
    farthest = std::max(farthest, offset);
  }
  return commit(session);
}

Result<BlobUpload::Step> BlobUpload::commit(const Url& session) {
  auto url = session;
  url.target = with_query(std::move(url.target), "digest", blob_.digest);
  auto sent = request("PUT", std::move(url));
  sent.repeatable = false;
  sent.headers["Content-Type"] = "application/octet-stream";
  auto answer = exchange_.send(sent, stop_);
  if (!answer && !is_unreachable(answer.error())) return fail(std::move(answer).error());
  if (answer && (answer->response.status == 201 || answer->response.status == 204)) return Step::Complete;
  if (answer && answer->response.status != 404 && answer->response.status != 400 && answer->response.status != 416) {
    return fail(refusal(*answer, "finishing " + blob_.digest));
  }
  // The answer may have been lost after the deed was done.
  TRY_ASSIGN(const bool there, exists());
  return there ? Step::Complete : Step::SessionLost;
}

void BlobUpload::cancel(const Url& session) {
  auto sent = request("DELETE", session);
  sent.repeatable = false;
  if (const auto cancelled = exchange_.send(sent, stop_); !cancelled) {
    base::log_debug("the upload stays until the registry sweeps it", {{"error", cancelled.error().message}});
  }
}

Result<PushedBlob> BlobUpload::run() {
  TRY_ASSIGN(const bool there, exists());
  if (there) return PushedBlob{};
  for (int sessions = 1; sessions <= exchange_.retry().attempts; ++sessions) {
    TRY_ASSIGN(auto session, start(!scope_.mount_from.empty()));
    if (!session) return PushedBlob{0, true};
    TRY_ASSIGN(const auto step, transfer(*session));
    if (step == Step::Complete) return PushedBlob{blob_.size, false};
    base::log_warning("the registry forgot the upload, which begins anew", {{"digest", blob_.digest}});
    TRY(wait(sessions));
  }
  return fail("RegistryUnreachable",
              "no upload of " + blob_.digest + " to " + to_string(scope_.repository) + " came to its end",
              Retry::soon());
}

Done BlobUpload::probe() {
  TRY_ASSIGN(const auto session, start(false));
  if (session) cancel(*session);
  return {};
}

}  // namespace staves::oci
