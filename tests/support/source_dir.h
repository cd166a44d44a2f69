#pragma once

#include <filesystem>

namespace staves {

/// The folder of the project that the test was built from: golden files, schemas and corpora are read there.
std::filesystem::path source_dir();

}  // namespace staves
