#include "portage/install.h"

#include "base/files.h"

namespace staves::portage {

base::Done install_program(const std::filesystem::path& from, const std::filesystem::path& to) {
  TRY_ASSIGN(const auto program, base::read_mounted_file(from, 256U << 20U));
  TRY(base::make_directories(to.parent_path()));
  return base::write_file_atomically(to, program, 0755);
}

}  // namespace staves::portage
