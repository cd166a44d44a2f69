# shellcheck shell=bash
# The configuration and the emerge call of a build.

base=/rootfs/base
options=(--oneshot --usepkg --with-bdeps=n --binpkg-respect-use=y --binpkg-changed-deps=n --implicit-system-deps=n --jobs=2 --jobs-tmpdir-require-free-gb=0
  --quiet-build=y --color=n --nospinner --ignore-default-opts --misspell-suggestions=n)

configure() {
  mkdir -p /etc/portage/{package.use,package.accept_keywords,repos.conf} /cache/{binpkgs,distfiles}
  cat >>/etc/portage/make.conf <<'CONF'
MAKEOPTS="-j2"
GENTOO_MIRRORS="http://127.0.0.1"
PKGDIR="/cache/binpkgs"
DISTDIR="/cache/distfiles"
FEATURES="-ipc-sandbox -network-sandbox -pid-sandbox -mount-sandbox -userpriv -usersandbox -userfetch -usersync -sandbox -news nodoc noinfo noman"
FEATURES="${FEATURES} buildpkg -binpkg-logs parallel-install -merge-wait -merge-sync -ebuild-locks -preserve-libs -unmerge-orphans -qa-unresolved-soname-deps observability"
PORTAGE_ELOG_SYSTEM="save"
PORTAGE_ELOG_CLASSES="log warn error qa"
CONF
  cp /etc/portage/make.conf /make.conf.kept
}

links() { # ROOT: a merged /usr, before the first package
  local link
  mkdir -p "$1"/usr/{bin,lib,lib64} "$1/etc"
  for link in bin lib lib64; do ln -s "usr/$link" "$1/$link"; done
  ln -s usr/bin "$1/sbin"
  ln -s bin "$1/usr/sbin"
}

merge() { # LOG ROOT ARGUMENT...
  local log=/out/logs/$1.log root=$2 start=$SECONDS status
  shift 2
  timeout 900 emerge --root="$root" "${options[@]}" "$@" >"$log" 2>&1
  status=$?
  echo "exit $status" >>"$log"
  echo "$(basename "$log" .log): $(compiled "$(basename "$log" .log)") compiled, $(binary "$(basename "$log" .log)") binary, $((SECONDS - start)) s" >&2
  ((status == 0)) || tail -n 30 "$log" >&2
  return $status
}

compiled() { grep -c '^>>> Emerging (' "/out/logs/$1.log"; }
binary() { grep -c '^>>> Emerging binary (' "/out/logs/$1.log"; }

layout_base() { # a root with the base, which costs the failures nothing more
  links "$base"
  ok "baselayout first" env USE=build emerge --root="$base" "${options[@]}" --quiet sys-apps/baselayout >/out/logs/layout.log 2>&1
  ok "baselayout makes the directories" test -d "$base/root" -a -d "$base/proc" -a -d "$base/var/log"
  ok "sticky /tmp" test "$(stat -c %a "$base/tmp")" = 1777
  ok "root in passwd" grep -q ^root: "$base/etc/passwd"
  ok "/sbin stays a link" test -h "$base/sbin" -a -h "$base/usr/sbin" -a -h "$base/lib64"
  merge base "$base" virtual/libc || exit 1
}

fresh() { # ROOT: a copy of the base
  rm -rf "$1"
  cp -a "$base" "$1"
}
