# shellcheck shell=bash
# Messages, and the checks of the machine that every command shares.

say() { printf 'cluster: %s\n' "$*" >&2; }

die() {
  printf 'cluster: error: %s\n' "$*" >&2
  exit 1
}

need_root() { # what for
  ((EUID == 0)) || die "$1 needs root (network, mount and pid namespaces of its own): run it as root or with sudo"
}

need_disk() { # PATH MIB what for
  local free
  mkdir -p "$1"
  free=$(df --output=avail -BM "$1" | tail -n 1 | tr -dc '0-9')
  ((free >= $2)) || die "$3 needs $2 MiB free in $1, there are only $free MiB: free some space, or set STAVES_CACHE and STAVES_STATE to a bigger disk"
}
