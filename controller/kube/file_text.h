#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "kube/resource.h"

namespace staves::kube {

/// Reads a file of at most 1 MiB, through the symbolic links by which the kubelet swaps projected files.
/// Errors: CredentialsUnreadable (retry: soon).
Result<std::string> read_credential_file(const std::filesystem::path& path);

/// The text of a file that others replace: read again when it is older than 60 s, opened by its path each time.
/// Thread-safe.
class FileText {
 public:
  FileText(std::filesystem::path path, std::shared_ptr<const base::Clock> clock);

  /// When reading again fails, the old text stays.
  /// Errors: CredentialsUnreadable (retry: soon), as long as it could never be read.
  Result<std::string> current();
  /// The next `current` reads the file.
  void forget_age();

 private:
  static constexpr std::chrono::seconds longest_age{60};

  std::filesystem::path path_;
  std::shared_ptr<const base::Clock> clock_;
  std::mutex mutex_;
  std::optional<std::string> text_;
  std::optional<std::chrono::steady_clock::time_point> read_at_;
};

}  // namespace staves::kube
