#pragma once

#include <string>

namespace staves::operate {

/// The name of the server that is asked about a reference of an image or a branch (`https://host/path#branch`), in
/// lower case and without its port: whoever keeps several ports of one machine is one server. The reference itself when
/// there is no telling.
std::string host_of(const std::string& reference);

}  // namespace staves::operate
