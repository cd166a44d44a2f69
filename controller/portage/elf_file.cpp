#include "portage/elf_file.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/descriptor.h"

namespace staves::portage {
namespace {

constexpr std::size_t most_headers = 256;
constexpr std::size_t most_dynamic_bytes = 256U << 10U;
constexpr std::size_t most_string_bytes = 32U << 20U;

/// Bytes of a file; shorter than asked for where the file ends.
std::string bytes_at(int file, std::uint64_t offset, std::size_t count) {
  std::string bytes(count, '\0');
  const auto got = ::pread(file, bytes.data(), count, static_cast<off_t>(offset));
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

template <class T>
std::vector<T> records(const std::string& bytes) {
  std::vector<T> all(bytes.size() / sizeof(T));
  if (!all.empty()) std::memcpy(all.data(), bytes.data(), all.size() * sizeof(T));
  return all;
}

std::string text_at(const std::string& strings, std::uint64_t offset) {
  return offset < strings.size() ? std::string(strings.c_str() + offset) : std::string();
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto end = rest.find(':');
    if (end != 0) {
      parts.emplace_back(rest.substr(0, end));
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return parts;
}

bool names_unwinding(const std::string& strings) {
  constexpr std::array<std::string_view, 3> names = {
      {{"\0pthread_exit\0", 14}, {"\0pthread_cancel\0", 16}, {"\0backtrace\0", 11}}};
  return std::ranges::any_of(names, [&](std::string_view name) { return strings.find(name) != std::string::npos; });
}

template <class Header, class Segment, class Dynamic>
class Reader {
 public:
  explicit Reader(int file) : file_(file) {}

  std::optional<ElfFile> read() {
    const auto headers = records<Header>(bytes_at(file_, 0, sizeof(Header)));
    if (headers.empty() || (headers[0].e_type != ET_EXEC && headers[0].e_type != ET_DYN) ||
        headers[0].e_phentsize != sizeof(Segment) || headers[0].e_phnum > most_headers) {
      return std::nullopt;
    }
    elf_.is_64 = sizeof(Header) == sizeof(Elf64_Ehdr);
    elf_.machine = headers[0].e_machine;
    segments_ = records<Segment>(bytes_at(file_, headers[0].e_phoff, sizeof(Segment) * headers[0].e_phnum));
    const auto dynamic = std::ranges::find(segments_, PT_DYNAMIC, &Segment::p_type);
    if (dynamic == segments_.end()) {
      return std::nullopt;
    }
    const auto interpreter = std::ranges::find(segments_, PT_INTERP, &Segment::p_type);
    if (interpreter != segments_.end() && interpreter->p_filesz < 4096) {
      elf_.interpreter = bytes_at(file_, interpreter->p_offset, interpreter->p_filesz).c_str();
    }
    if (dynamic->p_filesz > most_dynamic_bytes ||
        !read_dynamic(records<Dynamic>(bytes_at(file_, dynamic->p_offset, dynamic->p_filesz)))) {
      return std::nullopt;
    }
    return elf_;
  }

 private:
  bool read_dynamic(const std::vector<Dynamic>& entries) {
    const auto value = [&](auto tag) -> std::uint64_t {
      const auto found = std::ranges::find_if(entries, [&](const Dynamic& entry) { return entry.d_tag == tag; });
      return found == entries.end() ? 0 : found->d_un.d_val;
    };
    const auto size = value(DT_STRSZ);
    const auto offset = file_offset(value(DT_STRTAB));
    if (size == 0 || size > most_string_bytes || !offset) {
      return false;
    }
    const auto strings = bytes_at(file_, *offset, size);
    for (const auto& entry : entries) {
      if (entry.d_tag == DT_NULL) {
        break;
      }
      if (entry.d_tag == DT_NEEDED) {
        elf_.needed.push_back(text_at(strings, entry.d_un.d_val));
      }
    }
    // Offset 0 of the string table is the empty string, so that an absent entry gives nothing.
    elf_.soname = text_at(strings, value(DT_SONAME));
    elf_.rpath = split_path(text_at(strings, value(DT_RPATH)));
    elf_.runpath = split_path(text_at(strings, value(DT_RUNPATH)));
    elf_.unwinds = names_unwinding(strings);
    return true;
  }

  std::optional<std::uint64_t> file_offset(std::uint64_t address) const {
    for (const auto& segment : segments_) {
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
        return segment.p_offset + (address - segment.p_vaddr);
      }
    }
    return std::nullopt;
  }

  int file_;
  ElfFile elf_;
  std::vector<Segment> segments_;
};

}  // namespace

std::optional<ElfFile> read_elf(const std::filesystem::path& path) {
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) {
    return std::nullopt;
  }
  const auto magic = bytes_at(file.number(), 0, EI_NIDENT);
  if (magic.size() < EI_NIDENT || !magic.starts_with(ELFMAG) || magic[EI_DATA] != ELFDATA2LSB) {
    return std::nullopt;
  }
  return magic[EI_CLASS] == ELFCLASS64 ? Reader<Elf64_Ehdr, Elf64_Phdr, Elf64_Dyn>(file.number()).read()
                                       : Reader<Elf32_Ehdr, Elf32_Phdr, Elf32_Dyn>(file.number()).read();
}

}  // namespace staves::portage
