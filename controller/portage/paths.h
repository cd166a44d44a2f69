#pragma once

#include <filesystem>

namespace staves::portage {

/// Every place that the emerge step reads or writes, so that a test can put them elsewhere.
/// Source: design/0001-the-way-of-a-build.md, The pod.
struct Paths {
  std::filesystem::path system;           ///< root of the stage3
  std::filesystem::path rootfs;           ///< becomes the image
  std::filesystem::path plan;             ///< file with the plan
  std::filesystem::path handover;         ///< one directory per step
  std::filesystem::path binpkgs;          ///< binary packages, one directory per toolchain
  std::filesystem::path distfiles;        ///< fetched sources
  std::filesystem::path work;             ///< PORTAGE_TMPDIR/portage
  std::filesystem::path cgroup;           ///< /sys/fs/cgroup
  std::filesystem::path termination_log;  ///< the step's result
  std::filesystem::path ssh_secret{};     ///< the builder's ssh Secret, if it has one
  std::filesystem::path netrc_secret{};   ///< the builder's netrc Secret, if it has one
  std::filesystem::path extra_ca{};       ///< roots of the builder's spec.trust, if it has any

  /// Where something is that has this absolute path inside the stage3.
  std::filesystem::path inside(const std::filesystem::path& absolute) const {
    return system / absolute.relative_path();
  }
  std::filesystem::path etc_portage() const { return system / "etc/portage"; }
  std::filesystem::path elog() const { return system / "var/log/portage/elog"; }
  std::filesystem::path database() const { return rootfs / "var/db/pkg"; }
};

/// The places in a build pod, all below `prefix` ("/" in a pod).
inline Paths paths_below(const std::filesystem::path& prefix) {
  return {.system = prefix,
          .rootfs = prefix / "rootfs",
          .plan = prefix / "staves/plan/plan",
          .handover = prefix / "staves/handover",
          .binpkgs = prefix / "staves/cache/binpkgs",
          .distfiles = prefix / "staves/cache/distfiles",
          .work = prefix / "var/tmp/portage",
          .cgroup = prefix / "sys/fs/cgroup",
          .termination_log = prefix / "dev/termination-log",
          .ssh_secret = prefix / "staves/secrets/ssh",
          .netrc_secret = prefix / "staves/secrets/netrc",
          .extra_ca = prefix / "staves/trust/ca.crt"};
}

}  // namespace staves::portage
