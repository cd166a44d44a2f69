#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "portage/cache_places.h"

namespace staves::portage {

/// A binary package on the cache volume.
struct CachedPackage {
  std::string partition;
  std::string name;  ///< "app-shells/bash-5.2-1": category, package, version and build id
  std::filesystem::path file;
  std::int64_t bytes = 0;
  std::int64_t used_at = 0;  ///< seconds since 1970: last merge or, if later, when it was packed
};

/// A fetched source archive.
struct CachedArchive {
  std::filesystem::path file;
  std::int64_t bytes = 0;
  std::int64_t fetched_at = 0;  ///< seconds since 1970
};

/// What lies on the cache volume but for trees, seen once: others may write meanwhile.
struct CacheContents {
  std::vector<CachedPackage> packages;
  std::vector<CachedPackage> unfinished;  ///< of pods that died, or that are being packed right now
  std::vector<CachedArchive> archives;
  std::vector<CachedArchive> broken_archives;  ///< of failed checksums, broken downloads, and locks of Portage

  std::int64_t package_bytes() const;
  std::int64_t archive_bytes() const;
};

CacheContents look_at_cache(const CachePlaces& places);

}  // namespace staves::portage
