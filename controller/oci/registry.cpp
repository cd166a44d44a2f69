#include "oci/registry.h"

#include "base/digest.h"
#include "oci/blob_upload.h"
#include "oci/exchange.h"
#include "oci/media_types.h"

namespace staves::oci {
namespace {

using base::Done;
using base::fail;
using base::Result;
using base::Retry;

RegistryRequest manifest_request(std::string method, Url url, const Reference& reference, bool push) {
  RegistryRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.scope = {reference, push, {}};
  request.scope.repository.tag.clear();
  request.scope.repository.digest.clear();
  request.headers["Accept"] = media_type::any_manifest;
  return request;
}

std::string header(const TransportResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string() : found->second;
}

/// The digest of the manifest that a name stands for, empty when there is none; "?" when the registry does not say.
Result<std::string> head_digest(Exchange& exchange, const Reference& reference, bool push,
                                const std::stop_token& stop) {
  TRY_ASSIGN(auto url, exchange.address(reference, "manifests/" + manifest_name(reference)));
  TRY_ASSIGN(const auto answer, exchange.send(manifest_request("HEAD", std::move(url), reference, push), stop));
  if (answer.response.status == 404) return std::string();
  if (answer.response.status != 200) return std::string("?");
  const auto digest = header(answer.response, "docker-content-digest");
  return base::is_sha256_digest(digest) ? digest : std::string("?");
}

/// Streams one blob, however often the connection drops.
class BlobDownload {
 public:
  BlobDownload(Exchange& exchange, const Reference& repository, const Descriptor& blob, const BodySink& sink)
      : exchange_(exchange), repository_(repository), blob_(blob), sink_(sink) {}

  Done run(const std::stop_token& stop) {
    TRY_ASSIGN(const auto url, exchange_.address(repository_, "blobs/" + blob_.digest));
    for (int failures = 0; received_ < blob_.size;) {
      const auto before = received_;
      auto part = fetch_rest(url, stop);
      if (received_ > before) failures = 0;
      const bool broken = part ? received_ < blob_.size : part.error().code == "RegistryUnreachable" && !sink_failed_;
      if (!part && !broken) return part;
      if (broken && ++failures >= exchange_.retry().attempts) return part ? cut_short() : part;
      if (broken && !pause(delay_after(exchange_.retry(), failures, std::chrono::milliseconds(0)), stop)) {
        return fail("Cancelled", "told to stop while fetching " + blob_.digest, Retry::never());
      }
    }
    if (hash_.finish() == blob_.digest) return {};
    return fail("DigestMismatch", "what came for " + blob_.digest + " has another digest", Retry::soon());
  }

 private:
  Done fetch_rest(const Url& url, const std::stop_token& stop) {
    RegistryRequest request;
    request.url = url;
    request.scope = {repository_, false, {}};
    request.repeatable = false;
    if (received_ > 0) request.headers["Range"] = "bytes=" + std::to_string(received_) + "-";
    skip_ = 0;
    // A server that knows no ranges begins anew.
    request.before_sink = [this](int status) { skip_ = status == 200 ? received_ : 0; };
    request.sink = [this](std::string_view bytes) { return take(bytes); };
    TRY_ASSIGN(const auto answer, exchange_.send(request, stop));
    if (answer.response.status == 200 || answer.response.status == 206) return {};
    return fail(refusal(answer, "fetching " + blob_.digest));
  }

  Done take(std::string_view bytes) {
    const auto skipped = std::min<std::uint64_t>(skip_, bytes.size());
    skip_ -= skipped;
    bytes.remove_prefix(skipped);
    if (bytes.size() > blob_.size - received_) {
      sink_failed_ = true;
      return fail("DigestMismatch", "what came for " + blob_.digest + " is too long", Retry::soon());
    }
    hash_.update(bytes);
    received_ += bytes.size();
    auto done = sink_(bytes);
    sink_failed_ = !done;
    return done;
  }

  Done cut_short() const {
    return fail("RegistryUnreachable", "the registry cut " + blob_.digest + " short", Retry::soon());
  }

  Exchange& exchange_;
  const Reference& repository_;
  const Descriptor& blob_;
  const BodySink& sink_;
  base::Sha256 hash_;
  std::uint64_t received_ = 0;
  std::uint64_t skip_ = 0;
  bool sink_failed_ = false;
};

Done put_manifest(Exchange& exchange, const Reference& target, const Descriptor& manifest, std::string_view bytes,
                  const std::stop_token& stop) {
  TRY_ASSIGN(auto url, exchange.address(target, "manifests/" + manifest_name(target)));
  auto request = manifest_request("PUT", std::move(url), target, true);
  request.headers["Content-Type"] = manifest.media_type;
  request.body = bytes;
  TRY_ASSIGN(const auto answer, exchange.send(request, stop));
  if (answer.response.status != 201 && answer.response.status != 200) {
    return fail(refusal(answer, "pushing the manifest " + to_string(target)));
  }
  return {};
}

}  // namespace

RegistryOptions with_insecure(RegistryOptions options, const std::vector<std::string>& registries) {
  auto& all = options.insecure_registries;
  all.insert(all.end(), registries.begin(), registries.end());
  return options;
}

Registry::Registry(RegistryOptions options, Credentials credentials)
    : exchange_(std::make_unique<Exchange>(std::move(options), std::move(credentials))) {}
Registry::~Registry() = default;

Result<std::string> Registry::resolve_digest(const Reference& reference, std::stop_token stop) {
  TRY_ASSIGN(auto digest, head_digest(*exchange_, reference, false, stop));
  if (digest.empty()) {
    return fail("NotFound", "the registry has no " + to_string(reference), Retry::when_spec_changes());
  }
  if (digest != "?") return digest;
  TRY_ASSIGN(const auto manifest, get_manifest(reference, stop));
  return manifest.descriptor.digest;
}

Result<FetchedManifest> Registry::get_manifest(const Reference& reference, std::stop_token stop) {
  TRY_ASSIGN(auto url, exchange_->address(reference, "manifests/" + manifest_name(reference)));
  TRY_ASSIGN(auto answer, exchange_->send(manifest_request("GET", std::move(url), reference, false), stop));
  if (answer.response.status != 200) return fail(refusal(answer, "fetching the manifest of " + to_string(reference)));
  FetchedManifest manifest{{header(answer.response, "content-type"), {}, answer.response.body.size()},
                           std::move(answer.response.body)};
  manifest.descriptor.digest = base::sha256_digest(manifest.bytes);
  if (!reference.digest.empty() && manifest.descriptor.digest != reference.digest) {
    return fail("DigestMismatch", "the registry sent another manifest than " + reference.digest, Retry::soon());
  }
  return manifest;
}

Done Registry::get_blob(const Reference& repository, const Descriptor& blob, const BodySink& sink,
                        std::stop_token stop) {
  return BlobDownload(*exchange_, repository, blob, sink).run(stop);
}

Done Registry::check_push(const Reference& repository, std::stop_token stop) {
  return BlobUpload(*exchange_, {repository, true, {}}, {}, {}, std::move(stop)).probe();
}

Result<bool> Registry::has_blob(const Reference& repository, std::string_view digest, std::stop_token stop) {
  return BlobUpload(*exchange_, {repository, false, {}}, {{}, std::string(digest), 0}, {}, std::move(stop)).exists();
}

Result<PushedBlob> Registry::push_blob(const Reference& repository, const Descriptor& blob, int file,
                                       std::string_view mount_from, std::stop_token stop) {
  return BlobUpload(*exchange_, {repository, true, std::string(mount_from)}, blob, {file, {}}, std::move(stop)).run();
}

Result<PushedBlob> Registry::push_blob(const Reference& repository, const Descriptor& blob, std::string_view bytes,
                                       std::stop_token stop) {
  return BlobUpload(*exchange_, {repository, true, {}}, blob, {-1, bytes}, std::move(stop)).run();
}

Result<bool> Registry::push_manifest(const Reference& repository, std::string_view tag_or_digest,
                                     const Descriptor& manifest, std::string_view bytes, std::stop_token stop) {
  Reference target = repository;
  (tag_or_digest.starts_with("sha256:") ? target.digest : target.tag) = tag_or_digest;
  TRY_ASSIGN(const auto before, head_digest(*exchange_, target, true, stop));
  if (before == manifest.digest) return true;
  const auto& policy = exchange_->retry();
  TRY(put_manifest(*exchange_, target, manifest, bytes, stop));
  // A registry of many machines may need a moment until all of them know.
  for (int look = 1;; ++look) {
    TRY_ASSIGN(const auto after, head_digest(*exchange_, target, true, stop));
    if (after == manifest.digest || after == "?") return false;
    if (look >= policy.attempts || !pause(delay_after(policy, look, std::chrono::milliseconds(0)), stop)) {
      return fail("DigestMismatch",
                  "the registry has " + (after.empty() ? std::string("nothing") : after) + " as " + to_string(target) +
                      " after " + manifest.digest + " was pushed",
                  Retry::soon());
    }
  }
}

}  // namespace staves::oci
