# shellcheck shell=bash disable=SC2034 # names in capitals are read by other parts
# Debian packages, and a Go that is new enough.

install_packages() {
  local package missing=()
  while read -r package; do
    [[ -z $package || $package == \#* ]] && continue
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -qx 'install ok installed' || missing+=("$package")
  done <"$PARTS/packages"
  ((${#missing[@]})) || return 0
  apt_install "${missing[@]}"
  # The cluster starts a registry of its own; the package's service shall not take port 5000 at the next boot.
  if [[ " ${missing[*]} " == *" docker-registry "* ]] && systemd_runs; then systemctl disable --quiet docker-registry || true; fi
}

apt_install() { # PACKAGE...: no daemon may start itself meanwhile
  local guard=/usr/sbin/policy-rc.d status=0 signature='staves hack/cluster: no daemon starts while packages are installed'
  need_root "installing Debian packages ($*)"
  command -v apt-get >/dev/null || die "these Debian packages are missing and there is no apt-get here: $*"
  say "installing Debian packages: $*"
  mkdir -p "$CACHE"
  [[ -e $guard ]] || printf '#!/bin/sh\n# %s\nexit 101\n' "$signature" >"$guard"
  # A guard of a run that was killed is known by its text, one of the machine's owner stays as it is.
  if grep -qF "$signature" "$guard"; then chmod 755 "$guard"; fi
  {
    apt-get -qq update || true
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 install "$@"
  } >"$CACHE/apt.log" 2>&1 || status=$?
  if grep -qF "$signature" "$guard"; then rm -f "$guard"; fi
  if ((status)); then
    tail -n 20 "$CACHE/apt.log" >&2
    die "apt-get could not install: $* (all its words: $CACHE/apt.log)"
  fi
}

go_needed() { # the highest `go` line of the pinned modules
  awk '$1 == "go" { print $2 }' "$MODULES"/*/go.mod | sort -V | tail -n 1
}

go_is_enough() { # GO_PROGRAM
  local have
  have=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  have=${have#go}
  [[ $(printf '%s\n%s\n' "$(go_needed)" "${have%% *}" | sort -V | head -n 1) == "$(go_needed)" ]]
}

find_go() { # sets GO
  local candidate fetched=$CACHE/$GO_BOOTSTRAP/bin/go
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$fetched"; do
    if [[ -x $candidate ]] && go_is_enough "$candidate"; then
      GO=$candidate
      return 0
    fi
  done
  fetch_go
  GO=$fetched
}

# Any older Go can fetch a newer toolchain: it is a module like others, and the checksum database covers it.
fetch_go() {
  local older module folder target=$CACHE/$GO_BOOTSTRAP
  older=$(command -v go || true)
  if [[ -z $older ]]; then
    apt_install golang-go
    hash -r
    older=$(command -v go) || die "Debian's golang-go brought no go program"
  fi
  module=golang.org/toolchain@v0.0.1-$GO_BOOTSTRAP.linux-$(dpkg --print-architecture)
  say "Go $(go_needed) or newer is needed: fetching $GO_BOOTSTRAP from the Go module proxy"
  folder=$(cd / && GOFLAGS=-mod=mod GOTOOLCHAIN=local "$older" mod download -json "$module" | jq -er .Dir) ||
    die "could not fetch $module from the Go module proxy (GOPROXY is $("$older" env GOPROXY))"
  rm -rf "${target:?}.new" "${target:?}"
  cp -r --no-preserve=mode,ownership "$folder" "$target.new"
  # Files of a module carry no execute bit.
  find "$target.new/bin" "$target.new/pkg/tool" -type f -exec chmod 755 {} +
  mv "$target.new" "$target"
  go_is_enough "$target/bin/go" || die "the fetched $GO_BOOTSTRAP does not run, or is older than $(go_needed)"
}
