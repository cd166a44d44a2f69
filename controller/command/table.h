#pragma once

#include <string>
#include <vector>

namespace staves::command {

/// Rows of equal length, the first one the headings; columns are as wide as their widest cell, three spaces between.
/// An empty cell shows as "-".
std::string table_text(const std::vector<std::vector<std::string>>& rows);

}  // namespace staves::command
