#pragma once

#include <filesystem>
#include <string_view>

#include "api/image_config.h"
#include "api/step_result.h"
#include "base/result.h"
#include "portage/package_database.h"

namespace staves::portage {

/// Takes out of a root what no program needs to run, except what `keep` names:
/// headers       /usr/include, static libraries, libtool archives, pkg-config, CMake and aclocal files. A root with a
///               compiler keeps them: there they are what its programs run on. Links such as libz.so stay, since
///               programs open libraries by that name, and so does what lies deeper, such as archives of plug-ins.
/// documents     /usr/share/man, info, doc and gtk-doc
/// translations  messages and locales other than those of `locale` and C.UTF-8, and the sources of locales
/// portageState  caches, logs and configuration of Portage; with sys-apps/portage in the root its own stay as well
/// What went is added to `out`. Errors: FileUnwritable (retry: never).
base::Done leave_out(const std::filesystem::path& rootfs, const InstalledPackages& installed, const api::Keep& keep,
                     const api::Locale& locale, api::LeftOut& out);

/// Whether programs that speak `locale` look into the directory of that name in /usr/share/locale: for de_AT.UTF-8
/// these are de_AT and de, but neither de_DE nor de@hebrew.
bool serves_locale(std::string_view directory, std::string_view locale);

}  // namespace staves::portage
