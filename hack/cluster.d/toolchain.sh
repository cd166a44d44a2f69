# shellcheck shell=bash
# Debian packages and a Go that is new enough.

install_packages() {
  local package missing=()
  while read -r package; do
    [[ -z $package || $package == \#* ]] && continue
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
  done <"$parts_dir/packages"
  ((${#missing[@]})) || return 0
  apt_install "${missing[@]}"
}

apt_install() { # PACKAGE...: installs without letting a daemon start itself
  local guard=/usr/sbin/policy-rc.d mine=no status=0
  need_root "installing ${*}"
  say "installing Debian packages: $*"
  if [[ ! -e $guard ]]; then
    printf '#!/bin/sh\n# staves hack/cluster: no daemon starts while packages are installed\nexit 101\n' >"$guard"
    chmod 755 "$guard"
    mine=yes
  fi
  { apt-get -qq update || true
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
      -o DPkg::Lock::Timeout=300 install "$@"; } >"$cache_dir/apt.log" 2>&1 || status=$?
  # A guard of an earlier run that was killed is recognised by its text.
  if [[ $mine == yes ]] || grep -q 'staves hack/cluster' "$guard" 2>/dev/null; then rm -f "$guard"; fi
  ((status == 0)) || { tail -n 20 "$cache_dir/apt.log" >&2; die "apt-get could not install: $* (log: $cache_dir/apt.log)"; }
}

go_needed() { # the highest `go` line of the pinned modules
  awk '$1 == "go" { print $2 }' "$modules_dir"/*/go.mod | sort -V | tail -n 1
}

go_is_enough() { # GO_PROGRAM
  local have
  have=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  have=${have#go}
  [[ $(printf '%s\n%s\n' "$(go_needed)" "${have%% *}" | sort -V | head -n 1) == "$(go_needed)" ]]
}

find_go() { # sets go_program
  local candidate bootstrapped=$cache_dir/$go_bootstrap/bin/go
  for candidate in "$(command -v go || true)" "$bootstrapped" /usr/local/go/bin/go; do
    if [[ -n $candidate && -x $candidate ]] && go_is_enough "$candidate"; then
      go_program=$candidate
      return 0
    fi
  done
  bootstrap_go
  go_program=$bootstrapped
}

# Any older Go can fetch a newer toolchain as an ordinary module, checked by the checksum database.
bootstrap_go() {
  local older module folder
  older=$(command -v go || true)
  if [[ -z $older ]]; then
    apt_install golang-go
    older=$(command -v go) || die "Debian's golang-go gives no go program"
  fi
  module=golang.org/toolchain@v0.0.1-$go_bootstrap.linux-$(dpkg --print-architecture)
  say "Go $(go_needed) or newer is needed: fetching $go_bootstrap from the Go module proxy"
  folder=$(cd / && GOFLAGS=-mod=mod GOTOOLCHAIN=local "$older" mod download -json "$module" | jq -er .Dir) ||
    die "could not fetch $module from the Go module proxy"
  rm -rf "${cache_dir:?}/$go_bootstrap.new" "${cache_dir:?}/$go_bootstrap"
  cp -r --no-preserve=mode,ownership "$folder" "$cache_dir/$go_bootstrap.new"
  # Modules carry no execute bits.
  find "$cache_dir/$go_bootstrap.new/bin" "$cache_dir/$go_bootstrap.new/pkg/tool" -type f -exec chmod 755 {} +
  mv "$cache_dir/$go_bootstrap.new" "$cache_dir/$go_bootstrap"
  go_is_enough "$cache_dir/$go_bootstrap/bin/go" || die "the fetched $go_bootstrap does not run or is older than $(go_needed)"
}
