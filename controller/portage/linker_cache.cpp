#include "portage/linker_cache.h"

#include <string>

#include "base/files.h"
#include "base/process.h"
#include "portage/emerge_command.h"

namespace staves::portage {

base::Done ensure_linker_configuration(const std::filesystem::path& rootfs) {
  const auto path = rootfs / "etc/ld.so.conf";
  std::error_code ignored;
  const auto before = base::read_file(path);
  std::string text = before.value_or("");
  // An ldconfig of another distribution has other directories built in.
  for (const std::string directory : {"/lib64", "/usr/lib64"}) {
    const bool there =
        std::filesystem::is_directory(rootfs / std::filesystem::path(directory).relative_path(), ignored);
    if (there && ("\n" + text + "\n").find("\n" + directory + "\n") == std::string::npos) {
      text += directory + "\n";
    }
  }
  return before && *before == text ? base::Done() : base::write_file_atomically(path, text);
}

base::Done write_linker_cache(const std::filesystem::path& rootfs) {
  const base::Command command{.arguments = {"ldconfig", "-X", "-r", rootfs.string()},
                              .environment = portage_environment(),
                              .directory = "/",
                              .deadline = {}};
  const auto output = base::capture_output(command);
  if (!output) {
    return base::fail(output.error());
  }
  return {};
}

}  // namespace staves::portage
