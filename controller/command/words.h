#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time_point.h"

namespace staves::command {

/// "45s", "12m", "3h20m", "5d": the largest units that matter, as kubectl has them.
std::string duration_text(std::chrono::seconds time);
/// How long ago that was; "-" for a time that is not known.
std::string age_text(base::TimePoint since, base::TimePoint now);
/// "3.1 MB"; "-" for 0.
std::string bytes_text(std::int64_t bytes);
/// The first 12 characters after "sha256:".
std::string short_digest(std::string_view digest);
/// The text on one line, with '?' for what could move a terminal's cursor.
std::string printable(std::string_view text);
/// Cuts a printable text to so many columns; ends in "…" when something is missing.
std::string fit(std::string_view text, std::size_t columns);
/// Columns that a text takes: its UTF-8 characters.
std::size_t width_of(std::string_view text);

}  // namespace staves::command
