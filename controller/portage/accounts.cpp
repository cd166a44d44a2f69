#include "portage/accounts.h"

#include <charconv>
#include <fstream>

#include "base/files.h"

namespace staves::portage {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;

bool has_root(const std::filesystem::path& file) {
  const auto text = base::read_file(file);
  return text && (text->starts_with("root:") || text->find("\nroot:") != std::string::npos);
}

std::string settled_line(std::string_view line, std::int64_t last_day) {
  const auto name_end = line.find(':');
  const auto password_end = name_end == std::string_view::npos ? name_end : line.find(':', name_end + 1);
  const auto day_end = password_end == std::string_view::npos ? password_end : line.find(':', password_end + 1);
  if (day_end == std::string_view::npos) {
    return std::string(line);
  }
  std::int64_t day = 0;
  std::from_chars(line.data() + password_end + 1, line.data() + day_end, day);
  return day <= last_day ? std::string(line)
                         : std::string(line.substr(0, password_end + 1)) + std::to_string(last_day) +
                               std::string(line.substr(day_end));
}

}  // namespace

base::Done check_accounts(const std::filesystem::path& rootfs) {
  for (const char* name : {"passwd", "group"}) {
    if (!has_root(rootfs / "etc" / name)) {
      return base::fail("AccountsMissing", std::string("/etc/") + name + " of the image does not hold root",
                        base::Retry::never());
    }
  }
  return {};
}

std::string settled_shadow(std::string_view shadow, std::int64_t epoch) {
  std::string out;
  while (!shadow.empty()) {
    const auto end = shadow.find('\n');
    out += settled_line(shadow.substr(0, end), epoch / seconds_a_day) + "\n";
    shadow = end == std::string_view::npos ? std::string_view() : shadow.substr(end + 1);
  }
  return out;
}

base::Done settle_accounts(const std::filesystem::path& rootfs, std::int64_t epoch) {
  const auto path = rootfs / "etc/shadow";
  const auto before = base::read_file(path);
  if (!before || epoch <= 0) {
    return {};
  }
  const auto after = settled_shadow(*before, epoch);
  if (after == *before) {
    return {};
  }
  // In place: mode, owner and attributes are the package's business.
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << after;
  if (!file.flush()) {
    return base::fail("FileUnwritable", "writing " + path.string(), base::Retry::never());
  }
  return {};
}

}  // namespace staves::portage
