#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/portage_settings.h"
#include "portage/image_libraries.h"
#include "portage/part.h"

namespace staves::portage {

/// Whether a soname is a library of the compiler (libgcc_s, libstdc++, libgomp ...): no ebuild depends on them at run
/// time.
bool is_toolchain_library(std::string_view soname);

/// Finds a library of the stage3's compiler by its soname: an absolute path, or nothing.
using FindLibrary = std::function<std::optional<std::filesystem::path>(const std::string& soname, bool is_64)>;
/// By `gcc -print-file-name`, with -m32 for libraries of 32 bits.
FindLibrary ask_compiler();

/// Copies the libraries of the compiler that the image needs, by `wanted`, and what those need in turn. Gives their
/// sonames. Errors: MissingLibrary when one of `wanted.include` is not to be had.
Part<std::vector<std::string>> add_toolchain_libraries(ImageLibraries& libraries, const std::filesystem::path& rootfs,
                                                       const api::ToolchainLibraries& wanted, const FindLibrary& find);

/// Checks that every file of the image finds every library that it needs. With ToolchainMode::Never those of the
/// compiler may be missing. Errors: MissingLibrary, with file and soname.
Part<> check_libraries(const ImageLibraries& libraries, api::ToolchainMode mode);

}  // namespace staves::portage
