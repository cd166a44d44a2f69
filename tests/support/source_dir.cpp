#include "support/source_dir.h"

namespace staves {

std::filesystem::path source_dir() {
  return STAVES_SOURCE_DIR;
}

}  // namespace staves
