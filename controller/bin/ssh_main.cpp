#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

/// What git runs for ssh (GIT_SSH): ssh with the configuration that STAVES_SSH_CONFIG names, and nobody else's. git
/// itself could pass options only by way of a shell, and the image has none.
int main(int count, char** arguments) {
  const char* configuration = std::getenv("STAVES_SSH_CONFIG");
  if (configuration == nullptr) {
    std::fputs("staves-ssh: STAVES_SSH_CONFIG is not set\n", stderr);
    return 255;
  }
  std::array<char, 4> name{"ssh"};
  std::array<char, 3> option{"-F"};
  std::vector<char*> all{name.data(), option.data(), const_cast<char*>(configuration)};
  all.insert(all.end(), arguments + 1, arguments + count);
  all.push_back(nullptr);
  ::execv("/usr/bin/ssh", all.data());
  std::perror("staves-ssh: /usr/bin/ssh");
  return 255;
}
