#include "kube/file_credentials.h"

#include <mutex>
#include <optional>

#include "kube/file_text.h"
#include "kube/pem.h"

namespace staves::kube {

namespace {

std::string without_white_space_around(std::string text) {
  constexpr const char* white = " \t\r\n";
  const auto end = text.find_last_not_of(white);
  text.erase(end == std::string::npos ? 0 : end + 1);
  return text.erase(0, std::min(text.find_first_not_of(white), text.size()));
}

class FileCredentials final : public Credentials {
 public:
  FileCredentials(AccessSources sources, const std::shared_ptr<const base::Clock>& clock)
      : fixed_(std::move(sources.fixed)) {
    open(ca_, sources.ca_file, clock);
    open(certificate_, sources.certificate_file, clock);
    open(key_, sources.key_file, clock);
    open(token_, sources.token_file, clock);
  }

  Result<std::shared_ptr<const Access>> current(std::stop_token) override {
    const std::lock_guard lock(mutex_);
    Access access = fixed_;
    TRY(read(ca_, access.tls.ca_pem));
    TRY(read(certificate_, access.tls.certificate_pem));
    TRY(read(key_, access.tls.private_key_pem));
    TRY(read(token_, access.bearer_token));
    if (token_) access.bearer_token = without_white_space_around(std::move(access.bearer_token));
    if (last_ != nullptr && *last_ == access) return last_;
    if (last_ != nullptr && !has_matching_key(access)) {
      access.tls.certificate_pem = last_->tls.certificate_pem;
      access.tls.private_key_pem = last_->tls.private_key_pem;
    }
    last_ = std::make_shared<const Access>(std::move(access));
    return last_;
  }

  void refused(const std::shared_ptr<const Access>&) override {
    for (auto* file : {&ca_, &certificate_, &key_, &token_}) {
      if (*file) (*file)->forget_age();
    }
  }

 private:
  static void open(std::optional<FileText>& file, const std::filesystem::path& path,
                   const std::shared_ptr<const base::Clock>& clock) {
    if (!path.empty()) file.emplace(path, clock);
  }

  static Done read(std::optional<FileText>& file, std::string& into) {
    if (!file) return {};
    TRY_ASSIGN(into, file->current());
    return {};
  }

  bool has_matching_key(const Access& access) const {
    if (!certificate_ && !key_) return true;
    return is_key_of(access.tls.private_key_pem, access.tls.certificate_pem);
  }

  Access fixed_;
  std::mutex mutex_;
  std::optional<FileText> ca_;
  std::optional<FileText> certificate_;
  std::optional<FileText> key_;
  std::optional<FileText> token_;
  std::shared_ptr<const Access> last_;
};

}  // namespace

std::shared_ptr<Credentials> make_file_credentials(AccessSources sources,
                                                   const std::shared_ptr<const base::Clock>& clock) {
  return std::make_shared<FileCredentials>(std::move(sources), clock);
}

}  // namespace staves::kube
