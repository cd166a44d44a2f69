#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "api/portage_settings.h"
#include "base/result.h"

namespace staves::portage {

/// Texts of the files of /etc/portage that speak about packages: name of the file ("package.use", "env/lto") to its
/// text. The builder's lines come first and the image's after them, so that the image wins. Entries without content
/// give no line.
std::map<std::string, std::string> package_files(const api::PortageSettings& builder,
                                                 const api::PortageSettings& image);

/// Adds a text to a file of /etc/portage that Portage takes as a file or as a directory: a directory gets `zz-staves`,
/// read last. Errors: those of write_file_atomically.
base::Done add_portage_file(const std::filesystem::path& etc_portage, const std::string& name, const std::string& text);

}  // namespace staves::portage
