#include "portage/toolchain_libraries.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/process.h"
#include "portage/emerge_command.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;
using Wanted = std::pair<std::string, bool>;  // soname, of 64 bits

constexpr int most_rounds = 8;

/// The directory for libraries of one size: as the layout of the root has it.
fs::path library_directory(const fs::path& rootfs, bool is_64) {
  std::error_code ignored;
  if (is_64 && fs::is_directory(rootfs / "usr/lib64", ignored)) {
    return "usr/lib64";
  }
  if (!is_64 && fs::is_directory(rootfs / "usr/lib32", ignored)) {
    return "usr/lib32";
  }
  return "usr/lib";
}

base::Done copy_library(const fs::path& from, const std::string& soname, const fs::path& to_directory) {
  std::error_code failed;
  const auto real = fs::canonical(from, failed);
  const auto to = to_directory / real.filename();
  if (!failed) {
    fs::create_directories(to_directory, failed);
    fs::copy_file(real, to, fs::copy_options::overwrite_existing, failed);
  }
  if (!failed) {
    fs::last_write_time(to, fs::last_write_time(real, failed), failed);
  }
  if (!failed && real.filename() != soname && !fs::exists(fs::symlink_status(to_directory / soname))) {
    fs::create_symlink(real.filename(), to_directory / soname, failed);
  }
  if (failed) {
    return base::fail("FileUnwritable", "copying " + from.string() + ": " + failed.message(), base::Retry::never());
  }
  return {};
}

std::set<Wanted> first_wanted(const ImageLibraries& libraries, const api::ToolchainLibraries& wanted) {
  std::set<Wanted> all;
  const bool is_64 = libraries.is_64();
  for (const auto& soname : wanted.include) {
    all.emplace(soname, is_64);
  }
  if (wanted.mode == api::ToolchainMode::Always) {
    all.emplace("libgcc_s.so.1", is_64);
    all.emplace("libstdc++.so.6", is_64);
  } else if (wanted.mode == api::ToolchainMode::Auto && libraries.has_glibc() && !libraries.unwinding_files().empty()) {
    all.emplace("libgcc_s.so.1", is_64);
  }
  return all;
}

}  // namespace

bool is_toolchain_library(std::string_view soname) {
  constexpr std::array<std::string_view, 17> names = {
      "libgcc_s", "libstdc++", "libgomp", "libatomic",  "libquadmath", "libgfortran",
      "libobjc",  "libitm",    "libssp",  "libasan",    "libubsan",    "libtsan",
      "liblsan",  "libhwasan", "libgo",   "libgphobos", "libgdruntime"};
  return std::ranges::any_of(names, [&](std::string_view name) {
    return soname.starts_with(name) && soname.substr(name.size()).starts_with(".so");
  });
}

FindLibrary ask_compiler() {
  return [](const std::string& soname, bool is_64) -> std::optional<fs::path> {
    base::Command command{.arguments = {"gcc", "-print-file-name=" + soname},
                          .environment = portage_environment(),
                          .directory = "/",
                          .deadline = {}};
    if (!is_64) {
      command.arguments.emplace_back("-m32");
    }
    auto answer = base::capture_output(command);
    if (!answer) {
      return std::nullopt;
    }
    const fs::path path = answer->substr(0, answer->find('\n'));
    std::error_code ignored;
    // The compiler gives the name back when it has no such file.
    return path.is_absolute() && fs::exists(path, ignored) ? std::optional(path) : std::nullopt;
  };
}

Part<std::vector<std::string>> add_toolchain_libraries(ImageLibraries& libraries, const fs::path& rootfs,
                                                       const api::ToolchainLibraries& wanted, const FindLibrary& find) {
  std::set<Wanted> added;
  std::set<Wanted> absent;
  std::set<Wanted> todo = first_wanted(libraries, wanted);
  for (int round = 0; round < most_rounds; ++round) {
    if (wanted.mode != api::ToolchainMode::Never) {
      for (const auto& missing : libraries.missing()) {
        if (is_toolchain_library(missing.soname)) {
          todo.emplace(missing.soname, missing.is_64);
        }
      }
    }
    std::erase_if(todo, [&](const Wanted& one) { return added.contains(one) || absent.contains(one); });
    if (todo.empty()) {
      break;
    }
    for (const auto& [soname, is_64] : todo) {
      const auto directory = library_directory(rootfs, is_64);
      const auto path = find(soname, is_64);
      if (!path) {
        absent.emplace(soname, is_64);
        continue;
      }
      if (auto copied = copy_library(*path, soname, rootfs / directory); !copied) {
        return fail_part("libraries", copied.error());
      }
      std::error_code ignored;
      libraries.add("/" / directory / fs::canonical(*path, ignored).filename());
      added.emplace(soname, is_64);
    }
  }
  for (const auto& soname : wanted.include) {
    if (absent.contains({soname, libraries.is_64()})) {
      return fail_part(api::FailureClass::MissingLibrary, "libraries",
                       "the builder's compiler has no " + soname + " (spec.toolchainLibraries.include)");
    }
  }
  std::vector<std::string> sonames;
  for (const auto& [soname, is_64] : added) {
    sonames.push_back(soname);
  }
  return sonames;
}

Part<> check_libraries(const ImageLibraries& libraries, api::ToolchainMode mode) {
  auto missing = libraries.missing();
  if (mode == api::ToolchainMode::Never) {
    std::erase_if(missing, [](const MissingLibrary& one) { return is_toolchain_library(one.soname); });
  }
  if (missing.empty()) {
    return {};
  }
  auto failure =
      fail_part(api::FailureClass::MissingLibrary, "libraries",
                missing.front().file + " needs " + missing.front().soname + ", which no package of the image brings");
  for (const auto& one : missing) {
    if (failure.error().log_tail.size() < 1500) {
      failure.error().log_tail += one.file + " needs " + one.soname + "\n";
    }
  }
  return failure;
}

}  // namespace staves::portage
