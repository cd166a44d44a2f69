#include "command/table.h"

#include <algorithm>

#include "command/words.h"

namespace staves::command {

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  constexpr std::size_t gap = 3;
  std::vector<std::size_t> widths;
  const auto shown = [](const std::string& cell) { return cell.empty() ? std::string("-") : printable(cell); };
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(shown(row[i])));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = shown(row[i]);
      text += cell;
      if (i + 1 < row.size()) text += std::string(widths[i] - width_of(cell) + gap, ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace staves::command
