#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace staves::api {

/// spec.config: what the OCI image config says about running the image.
struct ImageConfig {
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::pair<std::string, std::string>> env;  ///< in the given order
  std::string user;
  std::string working_dir;
  std::vector<std::string> exposed_ports;  ///< "8080/tcp"
  std::vector<std::string> volumes;        ///< absolute paths
  std::string stop_signal;
  friend bool operator==(const ImageConfig&, const ImageConfig&) = default;
};

enum class Compression { Gzip, Zstd };
enum class PackageDatabase { None, Minimal, Full };

/// spec.image without the Secret: what is pushed and where to.
struct ImageTarget {
  std::string repository;         ///< "host[:port]/name", no tag
  std::vector<std::string> tags;  ///< 1..16
  std::map<std::string, std::string> annotations;
  std::map<std::string, std::string> labels;
  Compression compression = Compression::Gzip;
  PackageDatabase package_database = PackageDatabase::Minimal;
  friend bool operator==(const ImageTarget&, const ImageTarget&) = default;
};

}  // namespace staves::api
