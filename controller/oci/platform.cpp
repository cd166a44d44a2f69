#include "oci/platform.h"

#include <sys/utsname.h>

namespace staves::oci {

std::string architecture_of(std::string_view machine) {
  static const std::map<std::string_view, std::string_view> names = {
      {"x86_64", "amd64"}, {"aarch64", "arm64"},      {"armv7l", "arm"},      {"armv6l", "arm"},
      {"i686", "386"},     {"i586", "386"},           {"ppc64le", "ppc64le"}, {"riscv64", "riscv64"},
      {"s390x", "s390x"},  {"loongarch64", "loong64"}};
  const auto found = names.find(machine);
  return std::string(found == names.end() ? machine : found->second);
}

std::string own_architecture() {
  utsname names{};
  return ::uname(&names) == 0 ? architecture_of(names.machine) : "amd64";
}

api::Platform own_platform() {
  return {.architecture = own_architecture(), .variant = {}};
}

}  // namespace staves::oci
