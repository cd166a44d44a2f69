#include "oci/tar_header.h"

#include <array>
#include <cstring>

namespace staves::oci {
namespace {

constexpr std::size_t max_name = 100;
constexpr std::size_t max_prefix = 155;
constexpr std::uint64_t max_id = 07777777;
constexpr std::uint64_t max_number = 077777777777;

/// Field offsets and widths of ustar.
struct Field {
  std::size_t offset;
  std::size_t width;
};
constexpr Field name_field{0, 100}, mode_field{100, 8}, uid_field{108, 8}, gid_field{116, 8}, size_field{124, 12},
    mtime_field{136, 12}, checksum_field{148, 8}, link_field{157, 100}, magic_field{257, 8}, prefix_field{345, 155};
constexpr std::size_t type_offset = 156;

using Block = std::array<char, tar_block>;

void put_text(Block& block, Field field, std::string_view text) {
  std::memcpy(block.data() + field.offset, text.data(), std::min(field.width, text.size()));
}

/// Octal digits to one less than the width, then NUL.
void put_number(Block& block, Field field, std::uint64_t value) {
  for (std::size_t at = field.width - 1; at-- > 0; value >>= 3U) {
    block[field.offset + at] = static_cast<char>('0' + (value & 7U));
  }
}

void put_checksum(Block& block) {
  std::memset(block.data() + checksum_field.offset, ' ', checksum_field.width);
  std::uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put_number(block, {checksum_field.offset, checksum_field.width - 1}, sum);
}

/// Where a path is cut so that both parts fit; npos when it fits nowhere. 0: the name alone is enough.
std::size_t cut_of(std::string_view path) {
  if (path.size() <= max_name) return 0;
  if (path.size() > max_prefix + 1 + max_name) return std::string_view::npos;
  // The last slash of a directory belongs to the name.
  const auto slash = path.rfind('/', std::min(max_prefix, path.size() - 2));
  if (slash == std::string_view::npos || slash == 0 || path.size() - slash - 1 > max_name)
    return std::string_view::npos;
  return slash;
}

/// "<length> <key>=<value>\n", where the length counts itself.
std::string record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest;
  while (length != rest + std::to_string(length).size()) length = rest + std::to_string(length).size();
  return std::to_string(length) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

std::string extended_records(const TarEntry& entry) {
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : entry.xattrs) values["SCHILY.xattr." + name] = value;
  if (cut_of(entry.path) == std::string_view::npos) values["path"] = entry.path;
  if (entry.link.size() > max_name) values["linkpath"] = entry.link;
  if (entry.uid > max_id) values["uid"] = std::to_string(entry.uid);
  if (entry.gid > max_id) values["gid"] = std::to_string(entry.gid);
  if (entry.size > max_number) values["size"] = std::to_string(entry.size);
  std::string records;
  for (const auto& [key, value] : values) records += record(key, value);
  return records;
}

std::string ustar_block(const TarEntry& entry, char type) {
  Block block{};
  const auto cut = cut_of(entry.path);
  if (cut == 0 || cut == std::string_view::npos) {
    put_text(block, name_field, entry.path);
  } else {
    put_text(block, prefix_field, std::string_view(entry.path).substr(0, cut));
    put_text(block, name_field, std::string_view(entry.path).substr(cut + 1));
  }
  put_number(block, mode_field, entry.mode);
  put_number(block, uid_field, entry.uid > max_id ? 0 : entry.uid);
  put_number(block, gid_field, entry.gid > max_id ? 0 : entry.gid);
  put_number(block, size_field, entry.size > max_number ? 0 : entry.size);
  put_number(block, mtime_field, std::min(entry.mtime, max_number));
  block[type_offset] = type;
  put_text(block, link_field, entry.link);
  put_text(block, magic_field, std::string_view("ustar\00000", 8));
  put_checksum(block);
  return {block.data(), block.size()};
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
  std::string records = extended_records(entry);
  if (records.empty()) return ustar_block(entry, static_cast<char>(entry.type));
  TarEntry extension;
  extension.path = "PaxHeaders/" + entry.path.substr(0, max_name - std::strlen("PaxHeaders/"));
  if (extension.path.ends_with('/')) extension.path.pop_back();
  extension.mode = 0644;
  extension.size = records.size();
  extension.mtime = entry.mtime;
  std::string header = ustar_block(extension, 'x');
  records.resize((records.size() + tar_block - 1) / tar_block * tar_block, '\0');
  return header + records + ustar_block(entry, static_cast<char>(entry.type));
}

}  // namespace staves::oci
