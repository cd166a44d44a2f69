#include "kube/file_text.h"

#include "base/files.h"
#include "base/log.h"

namespace staves::kube {

Result<std::string> read_credential_file(const std::filesystem::path& path) {
  constexpr std::size_t most = 1U << 20U;
  auto text = base::read_mounted_file(path, most);
  if (text) return text;
  return base::fail("CredentialsUnreadable", std::move(text).error().message, base::Retry::soon());
}

FileText::FileText(std::filesystem::path path, std::shared_ptr<const base::Clock> clock)
    : path_(std::move(path)), clock_(std::move(clock)) {}

Result<std::string> FileText::current() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_->steady_now();
  if (text_ && read_at_ && now - *read_at_ < longest_age) return *text_;
  auto text = read_credential_file(path_);
  if (text && !text->empty()) {
    text_ = std::move(*text);
  } else if (!text_) {
    return text ? base::fail("CredentialsUnreadable", path_.string() + " is empty", base::Retry::soon()) : text;
  } else {
    base::log_warning("a credential file cannot be read again; the old text stays in use", {{"file", path_.string()}});
  }
  read_at_ = now;
  return *text_;
}

void FileText::forget_age() {
  const std::lock_guard lock(mutex_);
  read_at_.reset();
}

}  // namespace staves::kube
