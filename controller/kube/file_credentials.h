#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "kube/credentials.h"

namespace staves::kube {

/// Where each part of an Access comes from: a fixed text, or a file, which wins and is read again every 60 s.
struct AccessSources {
  Access fixed = {};
  std::filesystem::path ca_file = {};
  std::filesystem::path certificate_file = {};
  std::filesystem::path key_file = {};
  std::filesystem::path token_file = {};
};

/// Credentials made of texts and files. A certificate and its key that do not belong together, as between two writes of
/// a rotation, are left for the next reading.
std::shared_ptr<Credentials> make_file_credentials(AccessSources sources,
                                                   const std::shared_ptr<const base::Clock>& clock);

}  // namespace staves::kube
