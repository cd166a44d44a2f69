# shellcheck shell=bash
# What the scripts of the tests' images share: messages with seconds, the cache, keys, packages of Debian.

cache_dir=${STAVES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/staves}

say() { printf '%s: %s\n' "${topic:-images}" "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

timed() { # WHAT COMMAND...
  local what=$1 start=$SECONDS log status
  shift
  log=$(mktemp)
  say "$what ..."
  # Not a condition: there, errexit would be off inside of the command as well.
  set +e
  (set -e; "$@") >"$log" 2>&1
  status=$?
  set -e
  if ((status)); then
    tail -n 40 "$log" | cut -c1-300 >&2
    rm -f "$log"
    die "$what failed after $((SECONDS - start)) s"
  fi
  rm -f "$log"
  say "$what: $((SECONDS - start)) s"
}

key_of() { # PATH...: 12 hex digits over the contents and names of all files below the paths
  local path
  for path; do
    (cd "$(dirname "$path")" && find "$(basename "$path")" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
  done | sha256sum | cut -c1-12
}

need_root() {
  ((EUID == 0)) || die "needs root (it makes file systems with other owners and enters them)"
}

need_packages() { # NAME...
  local name missing=()
  for name; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  timed "installing ${missing[*]}" install_packages "${missing[@]}"
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  local wait=(-o DPkg::Lock::Timeout=600) tries=60
  # the lock of the lists has no waiting of its own
  until apt-get -q update; do
    ((tries--)) || return 1
    sleep 5
  done
  apt-get "${wait[@]}" -q -y install --no-install-recommends "$@"
}

one_at_a_time() { # NAME: waits until no other run makes the same thing
  mkdir -p "$cache_dir"
  exec 9>"$cache_dir/$1.lock"
  flock -n 9 || {
    say "another run makes $1, waiting for it"
    flock 9
  }
}

keep_newest() { # PREFIX COUNT: removes older results from the cache, never one of the last day
  local old
  find "$cache_dir" -maxdepth 1 -type d -name "$1-*" -mtime +1 -printf '%T@ %p\n' | sort -rn | tail -n "+$(($2 + 1))" | cut -d' ' -f2- |
    while read -r old; do rm -rf --one-file-system "$old"; done
}
