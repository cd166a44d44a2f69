# shellcheck shell=bash
# shellcheck disable=SC2034  # for those who read it
# What the stage3 is made of.

debian_suite=bookworm
portage_version=3.0.83
portage_sha256=deac3ae1e03aea1ff09a0e831fa8d06e89bfc49440394b66ed6223338d5f9c4e
meson_version=1.9.1
ninja_version=1.13.0

# What the programs of a stage3 are called in Debian. No git: a real stage3 has none.
debian_packages=(
  base-files base-passwd bash coreutils dash debianutils diffutils findutils grep gzip hostname libc-bin locales login ncurses-base sed tar usr-is-merged util-linux
  attr bzip2 ca-certificates file gawk libcap2-bin mount passwd patch pax-utils perl-base python3 rsync wget xz-utils zstd
  binutils g++ gcc libc6-dev make
)

# What the package database of a stage3 knows, as far as builds ask for it.
seeded_packages=(
  sys-libs/glibc virtual/libc sys-apps/baselayout
  sys-devel/gcc sys-devel/binutils dev-build/make sys-apps/shadow sys-apps/portage
)
