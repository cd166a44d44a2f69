#include "oci/publish_image.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "base/descriptor.h"
#include "base/log.h"
#include "base/time_point.h"
#include "oci/image_config_document.h"
#include "oci/layer_writer.h"
#include "oci/manifest.h"
#include "oci/media_types.h"
#include "oci/platform.h"
#include "oci/push_tagged.h"
#include "oci/stopwatch.h"

namespace staves::oci {
namespace {

using base::fail;
using base::Result;
using base::Retry;

constexpr std::int64_t youngest = 8589934591;
constexpr unsigned most_threads = 8;

Result<base::Descriptor> open_spool(const std::filesystem::path& scratch) {
  const auto path = scratch / "layer";
  base::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.valid()) return file;
  return fail("FileUnwritable", "opening " + path.string() + ": " + std::strerror(errno), Retry::never());
}

Result<Layer> make_layer(const ImageSource& source, std::int64_t epoch, int file, const std::stop_token& stop) {
  const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, most_threads);
  TRY_ASSIGN(auto layer, write_layer({source.root, epoch, source.target.compression, threads}, file, stop));
  for (const auto& path : layer.left_out) base::log_warning("an image cannot carry this file", {{"path", path}});
  return layer;
}

Manifest make_manifest(const ImageSource& source, std::int64_t epoch, Descriptor config, const Descriptor& layer) {
  Manifest manifest{std::move(config), {layer}, source.target.annotations};
  // The user's own value wins.
  manifest.annotations.try_emplace("org.opencontainers.image.created",
                                   base::to_rfc3339(base::TimePoint(std::chrono::seconds(epoch))));
  return manifest;
}

/// Adds a blob to the account of what was sent and what was there.
void count(api::PublishResult& result, const Descriptor& blob, const PushedBlob& pushed) {
  const auto size = static_cast<std::int64_t>(blob.size);
  result.size_bytes += size;
  (pushed.uploaded_bytes > 0 ? result.pushed_bytes : result.reused_bytes) += size;
}

}  // namespace

Result<api::PublishResult> publish_image(Registry& registry, const ImageSource& source, Timings& timings,
                                         const std::stop_token& stop) {
  Stopwatch watch(timings);
  const auto epoch = std::clamp<std::int64_t>(source.source_date_epoch, 0, youngest);
  TRY_ASSIGN(const auto repository, parse_repository(source.target.repository));
  TRY_ASSIGN(const auto spool, open_spool(source.scratch));
  TRY_ASSIGN(const auto layer, make_layer(source, epoch, spool.number(), stop));
  watch.lap("layer");

  const api::Platform platform = source.platform.architecture.empty() ? own_platform() : source.platform;
  const std::string config =
      image_config_document({source.config, source.target.labels, platform, layer.diff_id, epoch});
  const auto config_descriptor = describe(media_type::config, config);
  api::PublishResult result;
  TRY_ASSIGN(const auto pushed_layer, registry.push_blob(repository, layer.descriptor, spool.number(), {}, stop));
  count(result, layer.descriptor, pushed_layer);
  TRY_ASSIGN(const auto pushed_config, registry.push_blob(repository, config_descriptor, config, stop));
  count(result, config_descriptor, pushed_config);
  watch.lap("upload");

  const std::string manifest = manifest_document(make_manifest(source, epoch, config_descriptor, layer.descriptor));
  const auto manifest_descriptor = describe(media_type::manifest, manifest);
  TRY(push_tagged(registry, repository, manifest_descriptor, manifest, source.target.tags, stop));
  watch.lap("manifest");
  result.digest = manifest_descriptor.digest;
  result.uncompressed_bytes = static_cast<std::int64_t>(layer.uncompressed_bytes);
  result.layers = 1;
  result.platform = api::to_string(platform);
  return result;
}

}  // namespace staves::oci
