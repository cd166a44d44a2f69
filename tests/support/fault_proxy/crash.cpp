#include "tests/support/fault_proxy/crash.h"

#include <csignal>
#include <fstream>

namespace staves::test {

bool kill_process_of(const std::filesystem::path& pid_file) {
  std::ifstream file(pid_file);
  pid_t process = 0;
  // Below 2 are process groups, all processes, and the first one.
  return (file >> process) && process > 1 && ::kill(process, SIGKILL) == 0;
}

}  // namespace staves::test
