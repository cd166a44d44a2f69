# shellcheck shell=bash
# Messages, and checks that several commands share.

say() { printf 'cluster: %s\n' "$*" >&2; }

die() {
  printf 'cluster: error: %s\n' "$*" >&2
  exit 1
}

need_root() { # WHAT_FOR
  ((EUID == 0)) || die "$1 needs root, for namespaces, links and cgroups of its own: run it as root or with sudo"
}

need_disk() { # FOLDER MIB WHAT_FOR
  local free
  mkdir -p "$1"
  free=$(df --output=avail -BM "$1" | tail -n 1 | tr -dc '0-9')
  ((free >= $2)) || die "$3 needs $2 MiB free in $1, and only $free MiB are: free some space, or set STAVES_CACHE and STAVES_STATE to a bigger disk"
}

seconds_since() { # EPOCHREALTIME of the start
  awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'
}
