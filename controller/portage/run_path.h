#pragma once

#include <string>
#include <string_view>

namespace staves::portage {

/// A directory of a run path as the loader reads it for `file`: $ORIGIN and ${ORIGIN} are the directory of the file,
/// $LIB and ${LIB} the usual name of the library directory. What was put in is not read again. Source: ld.so(8).
std::string expand_run_path(std::string_view directory, std::string_view file, bool is_64);

}  // namespace staves::portage
