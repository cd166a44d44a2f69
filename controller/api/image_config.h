#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
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

/// spec.locale: the language that programs of the image speak, beside C.UTF-8.
struct Locale {
  std::string name;               ///< as programs ask for it, "de_DE.UTF-8"; empty: none is asked for
  std::string charset = "UTF-8";  ///< of glibc's character maps
  friend bool operator==(const Locale&, const Locale&) = default;
};

enum class Compression { Gzip, Zstd };
enum class PackageDatabase { None, Minimal, Full };

/// spec.image.keep: what an image keeps though no program needs it to run.
struct Keep {
  bool headers = false;
  bool documents = false;
  bool translations = false;
  bool portage_state = false;
  bool portage_configuration = false;  ///< that of the build, so that the image can be a stage3
  friend bool operator==(const Keep&, const Keep&) = default;
};

/// spec.test: run in the finished root before anything is pushed.
struct ImageTest {
  std::vector<std::string> command;   ///< 1..64 words; empty: there is no test
  std::int64_t timeout_seconds = 60;  ///< 1..3600
  friend bool operator==(const ImageTest&, const ImageTest&) = default;
};

/// PATH of an image whose environment has none.
inline constexpr std::string_view default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// spec.image without the Secret: what is pushed and where to.
struct ImageTarget {
  std::string repository;         ///< "host[:port]/name", no tag
  std::vector<std::string> tags;  ///< 1..16
  std::map<std::string, std::string> annotations;
  std::map<std::string, std::string> labels;
  Compression compression = Compression::Gzip;
  PackageDatabase package_database = PackageDatabase::Minimal;
  Keep keep;
  friend bool operator==(const ImageTarget&, const ImageTarget&) = default;
};

}  // namespace staves::api
