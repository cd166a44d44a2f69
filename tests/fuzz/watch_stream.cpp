#include "kube/line_framer.h"
#include "kube/watch_event.h"
#include "nlohmann/json.hpp"
#include "tests/fuzz/target.h"

using namespace staves;

namespace {

constexpr std::size_t limit = 200;

/// The lines of a stream, cut the simple way.
std::vector<std::string> lines_of(std::string_view stream) {
  std::vector<std::string> lines;
  for (auto end = stream.find('\n'); end != std::string_view::npos; end = stream.find('\n')) {
    if (end <= limit) lines.emplace_back(stream.substr(0, end));
    stream.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

/// The first byte says into which pieces the rest is cut.
FUZZ_TARGET(watch_stream) {
  if (bytes.empty()) return;
  const std::size_t piece = 1 + static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  kube::LineFramer framer(limit);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    framer.feed(bytes.substr(at, piece), [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    });
  }
  fuzz::must(lines == lines_of(bytes), "lines do not depend on how the bytes arrive");
  for (const std::string& line : lines) {
    int told = 0;
    const auto more = kube::deliver_watch_event(line, [&](kube::WatchEventType type, const base::Json& object) {
      ++told;
      fuzz::must((type == kube::WatchEventType::Unreadable) == object.is_null(), "an event has an object");
      return true;
    });
    fuzz::must(told == (more ? 1 : 0), "a line is one event or an error");
  }
}
