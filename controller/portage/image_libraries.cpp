#include "portage/image_libraries.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/files.h"
#include "portage/run_path.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> left_out = {"/proc",
                                                       "/sys",
                                                       "/dev",
                                                       "/var/db/pkg",
                                                       "/usr/share/locale",
                                                       "/usr/share/zoneinfo",
                                                       "/usr/share/doc",
                                                       "/usr/share/man",
                                                       "/usr/share/info",
                                                       "/usr/include"};
constexpr std::array<std::string_view, 6> defaults = {"/lib64",   "/usr/lib64", "/lib",
                                                      "/usr/lib", "/lib32",     "/usr/lib32"};
constexpr int most_links = 40;

std::string in_image(const fs::path& path, const fs::path& rootfs) {
  return "/" + path.lexically_relative(rootfs).string();
}

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  const auto text = base::read_file(file, 1U << 20U);
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    line = line.substr(0, line.find('#'));
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.empty()) {
      lines.emplace_back(line);
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return lines;
}

/// musl's loader is its libc and answers to the names of all parts of it.
bool is_part_of_musl(const std::string& soname) {
  constexpr std::array<std::string_view, 7> names = {"libc.",  "libpthread.", "librt.",  "libm.",
                                                     "libdl.", "libutil.",    "libxnet."};
  return std::ranges::any_of(names, [&](std::string_view name) { return soname.starts_with(name); });
}

}  // namespace

ImageLibraries::ImageLibraries(fs::path rootfs) : rootfs_(std::move(rootfs)) {
  scan();
  read_search_directories();
}

void ImageLibraries::scan() {
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(rootfs_, fs::directory_options::skip_permission_denied, failed), end;
       !failed && entry != end; entry.increment(failed)) {
    std::error_code gone;
    const auto status = entry->symlink_status(gone);
    if (status.type() == fs::file_type::directory) {
      if (std::ranges::find(left_out, in_image(entry->path(), rootfs_)) != left_out.end()) {
        entry.disable_recursion_pending();
      }
    } else if (status.type() == fs::file_type::regular) {
      add(in_image(entry->path(), rootfs_));
    }
  }
}

void ImageLibraries::add(const fs::path& path_in_image) {
  if (auto elf = read_elf(rootfs_ / path_in_image.relative_path())) {
    musl_ = musl_ || elf->interpreter.starts_with("/lib/ld-musl-");
    files_.insert_or_assign(path_in_image.string(), *std::move(elf));
  }
}

void ImageLibraries::read_search_directories() {
  std::vector<std::string> lines;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(rootfs_ / "etc", failed)) {
    const auto name = entry.path().filename().string();
    if (name == "ld.so.conf" || (name.starts_with("ld-musl-") && name.ends_with(".path"))) {
      std::ranges::move(lines_of(entry.path()), std::back_inserter(lines));
    }
  }
  // Packages leave their directories there, and every ld.so.conf includes it.
  for (const auto& entry : fs::directory_iterator(rootfs_ / "etc/ld.so.conf.d", failed)) {
    std::ranges::move(lines_of(entry.path()), std::back_inserter(lines));
  }
  for (const auto& line : lines) {
    for (std::size_t at = 0; line.starts_with('/') && at <= line.size();) {
      const auto end = std::min(line.find(':', at), line.size());
      search_.push_back(line.substr(at, end - at));
      at = end + 1;
    }
  }
  search_.insert(search_.end(), defaults.begin(), defaults.end());
  if (musl_) {
    search_.emplace_back("/usr/local/lib");
  }
}

/// Follows links as a process would whose root is the image.
std::optional<fs::path> ImageLibraries::resolve(const fs::path& path_in_image) const {
  fs::path done = "/";
  std::vector<fs::path> left;
  const auto put_first = [&left](const fs::path& path) {
    const std::vector<fs::path> parts(path.begin(), path.end());
    left.insert(left.end(), parts.rbegin(), parts.rend());
  };
  put_first(path_in_image.relative_path());
  for (int links = 0; !left.empty();) {
    const auto part = left.back();
    left.pop_back();
    if (part == ".." || part == "." || part.empty()) {
      done = part == ".." ? done.parent_path() : done;
      continue;
    }
    const auto next = done / part;
    std::error_code failed;
    const auto status = fs::symlink_status(rootfs_ / next.relative_path(), failed);
    if (!fs::exists(status)) {
      return std::nullopt;
    }
    if (status.type() != fs::file_type::symlink) {
      done = next;
      continue;
    }
    const auto target = fs::read_symlink(rootfs_ / next.relative_path(), failed);
    if (failed || ++links > most_links) {
      return std::nullopt;
    }
    done = target.is_absolute() ? fs::path("/") : done;
    put_first(target.relative_path());
  }
  return done;
}

bool ImageLibraries::provides(const fs::path& path_in_image, const ElfFile& user) const {
  const auto real = resolve(path_in_image);
  const auto file = real ? files_.find(real->string()) : files_.end();
  return file != files_.end() && file->second.is_64 == user.is_64 && file->second.machine == user.machine;
}

bool ImageLibraries::is_searched(const std::string& file) const {
  const auto directory = fs::path(file).parent_path();
  return std::ranges::any_of(search_, [&](const std::string& each) { return resolve(each) == directory; });
}

bool ImageLibraries::anywhere(const ElfFile& elf, const std::string& soname) const {
  return std::ranges::any_of(files_, [&](const auto& file) {
    return file.second.is_64 == elf.is_64 && file.second.machine == elf.machine &&
           (file.second.soname == soname || fs::path(file.first).filename() == soname);
  });
}

bool ImageLibraries::found_for(const std::string& file, const ElfFile& elf, const std::string& soname) const {
  if (soname.find('/') != std::string::npos) {
    return provides(expand_run_path(soname, file, elf.is_64), elf);
  }
  if (musl_ && is_part_of_musl(soname)) {
    return true;
  }
  // DT_RPATH counts only where there is no DT_RUNPATH.
  for (const auto& directory : elf.runpath.empty() ? elf.rpath : elf.runpath) {
    if (provides(fs::path(expand_run_path(directory, file, elf.is_64)) / soname, elf)) {
      return true;
    }
  }
  if (std::ranges::any_of(search_,
                          [&](const std::string& directory) { return provides(fs::path(directory) / soname, elf); })) {
    return true;
  }
  return elf.interpreter.empty() && !is_searched(file) && anywhere(elf, soname);
}

std::vector<MissingLibrary> ImageLibraries::missing() const {
  // Libraries of other systems lie in images as data (firmware, cross compilers); only what this image can run counts.
  std::set<std::pair<bool, std::uint16_t>> runnable;
  for (const auto& [file, elf] : files_) {
    if (!elf.interpreter.empty() && resolve(elf.interpreter)) {
      runnable.emplace(elf.is_64, elf.machine);
    }
  }
  std::vector<MissingLibrary> all;
  for (const auto& [file, elf] : files_) {
    if (!elf.interpreter.empty() && !resolve(elf.interpreter)) {
      all.push_back({file, elf.interpreter, elf.is_64});
    }
    if (!runnable.contains({elf.is_64, elf.machine})) {
      continue;
    }
    for (const auto& soname : elf.needed) {
      if (!found_for(file, elf, soname)) {
        all.push_back({file, soname, elf.is_64});
      }
    }
  }
  return all;
}

bool ImageLibraries::has_glibc() const {
  return std::ranges::any_of(files_, [](const auto& file) { return file.second.soname == "libc.so.6"; });
}

std::vector<std::string> ImageLibraries::unwinding_files() const {
  std::vector<std::string> names;
  for (const auto& [file, elf] : files_) {
    // The libc and its parts only define these functions.
    const bool own = elf.soname == "libc.so.6" || elf.soname == "libpthread.so.0" || elf.soname.starts_with("ld-linux");
    if (elf.unwinds && !own) {
      names.push_back(file);
    }
  }
  return names;
}

bool ImageLibraries::is_64() const {
  return files_.empty() ? sizeof(void*) == 8
                        : std::ranges::any_of(files_, [](const auto& file) { return file.second.is_64; });
}

}  // namespace staves::portage
