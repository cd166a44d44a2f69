#pragma once

#include <cstdint>
#include <string>

namespace staves::oci {

/// Points to a blob or a manifest. Source: image-spec, descriptor.md.
struct Descriptor {
  std::string media_type;
  std::string digest;
  std::uint64_t size = 0;  ///< bytes
  friend bool operator==(const Descriptor&, const Descriptor&) = default;
};

}  // namespace staves::oci
