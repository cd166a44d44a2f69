#include "command/pod_log.h"

#include <string>

#include "api/step_result.h"

namespace staves::command {

namespace {

constexpr std::chrono::seconds before_next_try{1};
constexpr int most_breaks = 100;

/// Cuts bytes into lines and leaves out the first so many.
class Lines {
 public:
  Lines(std::size_t skip, const std::function<void(std::string_view)>& on_line) : skip_(skip), on_line_(on_line) {}

  void feed(std::string_view bytes) {
    partial_ += bytes;
    std::size_t begin = 0;
    for (auto end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n', begin)) {
      take(std::string_view(partial_).substr(begin, end - begin));
      begin = end + 1;
    }
    partial_.erase(0, begin);
  }
  void finish() {
    if (!partial_.empty()) take(partial_);
    partial_.clear();
  }
  std::size_t seen() const { return seen_; }

 private:
  void take(std::string_view line) {
    if (seen_++ < skip_) return;
    if (line.starts_with('{') && api::parse_progress(line)) return;
    on_line_(line);
  }

  std::size_t skip_;
  const std::function<void(std::string_view)>& on_line_;
  std::string partial_;
  std::size_t seen_ = 0;
};

}  // namespace

base::Done read_container_log(const Setting& setting, const kube::LogQuery& query,
                              const std::function<void(std::string_view)>& on_line) {
  std::size_t seen = 0;
  for (int breaks = 0;; ++breaks) {
    Lines lines(seen, on_line);
    const auto read = setting.cluster.log(
        query,
        [&](std::string_view bytes) {
          lines.feed(bytes);
          return true;
        },
        setting.stop);
    if (read) {
      lines.finish();
      return read;
    }
    seen = std::max(seen, lines.seen());
    const std::string& code = read.error().code;
    const bool may_pass = code == "ConnectionLost" || code == "DeadlineExceeded" || code == "Silent";
    if (!may_pass || !query.follow || breaks >= most_breaks || !setting.sleep(before_next_try, setting.stop)) {
      return read;
    }
  }
}

}  // namespace staves::command
