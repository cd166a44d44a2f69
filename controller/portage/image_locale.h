#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "api/image_config.h"
#include "portage/part.h"

namespace staves::portage {

/// Whether the stage3 can make the locale that the image asks for, so that a build fails before it compiles anything.
/// C, POSIX and C.UTF-8 need no definition. Errors: InvalidConfiguration (musl, no such definition or character set).
Part<> check_locale(const std::filesystem::path& system, const api::Locale& locale);

/// Compiles the locale with the stage3's localedef into /usr/lib/locale of a root with glibc. Nothing to do for those
/// that need no definition. Errors: InvalidConfiguration (localedef refuses the definition), Internal.
Part<> make_locale(const std::filesystem::path& rootfs, const api::Locale& locale);

/// The directory below /usr/lib/locale that glibc looks into: "de_DE.UTF-8" is in de_DE.utf8.
std::string locale_directory(std::string_view name);

/// The definition that a locale is made from: "de_DE.UTF-8@euro" is made from de_DE@euro.
std::string locale_definition(std::string_view name);

}  // namespace staves::portage
