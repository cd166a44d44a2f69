#include "portage/enter_root.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/descriptor.h"
#include "base/files.h"

namespace staves::portage {
namespace {

namespace fs = std::filesystem;

constexpr mode_t everybodys = 01777;
constexpr mode_t readable = 0755;
constexpr mode_t for_all = 0666;
constexpr int cannot_run = 126;
constexpr int not_there = 127;

struct Device {
  const char* name;
  unsigned minor;
};
// All of them are of the memory driver. Source: the kernel's admin-guide/devices.txt.
constexpr unsigned memory_driver = 1;
constexpr std::array<Device, 5> devices = {{{"null", 3}, {"zero", 5}, {"full", 7}, {"random", 8}, {"urandom", 9}}};

/// Whether the device is there and can be opened: a file system may hold devices and refuse to open them.
bool make_device(const fs::path& path, unsigned minor) {
  if (::mknod(path.c_str(), S_IFCHR | for_all, ::makedev(memory_driver, minor)) != 0) return false;
  ::chmod(path.c_str(), for_all);
  const base::Descriptor opened(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!opened.valid()) ::unlink(path.c_str());
  return opened.valid();
}

int fail(const char* doing, const std::string& what) {
  const int code = errno == ENOENT ? not_there : cannot_run;
  std::fprintf(stderr, "%s %s: %s\n", doing, what.c_str(), std::strerror(errno));
  return code;
}

/// glibc has no function for it.
bool drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  // Otherwise a program that root starts would get back all that the container has.
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::syscall(SYS_capset, &header, none.data()) == 0;
}

}  // namespace

base::Done make_mount_points(const fs::path& rootfs) {
  for (const auto& [name, mode] : {std::pair("tmp", everybodys), std::pair("dev", readable)}) {
    const auto path = rootfs / name;
    TRY(base::make_directories(path));
    if (::chmod(path.c_str(), mode) != 0) {
      return base::fail("FileUnwritable", "setting the mode of " + path.string() + ": " + std::strerror(errno),
                        base::Retry::never());
    }
  }
  return {};
}

bool make_devices(const fs::path& rootfs) {
  ::chmod((rootfs / "tmp").c_str(), everybodys);
  ::chmod((rootfs / "dev").c_str(), readable);
  bool all = true;
  for (const auto& device : devices) all = make_device(rootfs / "dev" / device.name, device.minor) && all;
  if (!all) {
    const auto null = rootfs / "dev/null";
    const base::Descriptor file(::open(null.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, for_all));
    ::chmod(null.c_str(), for_all);
  }
  return all;
}

int enter_root(const fs::path& root, const std::string& directory, const std::vector<std::string>& command) {
  if (::chroot(root.c_str()) != 0) return fail("entering", root.string());
  if (::chdir(directory.c_str()) != 0) return fail("going to", directory);
  if (!drop_capabilities()) return fail("dropping", "capabilities");
  std::vector<char*> arguments;
  for (const auto& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  return fail("running", command.front());
}

}  // namespace staves::portage
