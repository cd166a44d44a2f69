# shellcheck shell=bash
# shellcheck disable=SC2154  # the pins
# Portage's own release, unpacked from its source archive and installed with meson.

fetch_portage() { # ARCHIVE
  [[ ! -s $1 ]] || ! sha256sum --status -c <<<"$portage_sha256  $1" || return 0
  mkdir -p "$(dirname "$1")"
  python3 - "$portage_version" "$1.part" <<'CODE'
import html, os, re, sys, urllib.parse, urllib.request
version, target = sys.argv[1:]
index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/portage/"
with urllib.request.urlopen(index, timeout=60) as page:
    base, text = page.geturl(), page.read().decode()
links = [html.unescape(l) for l in re.findall(r'href="([^"]+)"', text)]
link = next(l for l in links if l.split("#")[0].endswith(f"/portage-{version}.tar.gz"))
with urllib.request.urlopen(urllib.parse.urljoin(base, link.split("#")[0]), timeout=120) as body, open(target, "wb") as out:
    out.write(body.read())
CODE
  sha256sum --status -c <<<"$portage_sha256  $1.part" || die "the archive of Portage $portage_version has another checksum than the pinned one"
  mv "$1.part" "$1"
}

meson_tools() { # DIR: a virtual environment with meson and ninja
  [[ ! -x $1/bin/meson || ! -x $1/bin/ninja ]] || return 0
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" --quiet install "meson==$meson_version" "ninja==$ninja_version"
}

install_portage() { # ROOT ARCHIVE TOOLS
  local root=$1 tools=$3 work
  work=$(mktemp -d)
  tar -C "$work" -xf "$2"
  PATH=$tools/bin:$PATH meson setup "$work/build" "$work/portage-$portage_version" --prefix=/usr --sysconfdir=/etc --datadir=share --libdir=lib \
    -Dsystem-wide=true -Ddoc=false -Dnative-extensions=false \
    -Dpython.purelibdir=/usr/lib/python3/dist-packages -Dpython.platlibdir=/usr/lib/python3/dist-packages
  DESTDIR=$root PATH=$tools/bin:$PATH meson install -C "$work/build"
  rm -rf "$work"
  # Files that meson installs for the machine's python are the root's as well: both only need the sources.
  find "$root/usr/lib/python3/dist-packages" -name __pycache__ -type d -exec rm -rf {} +
}

portage_files() { # ROOT: users, directories and configuration as in a fresh stage3
  local root=$1
  grep -q ^portage: "$root/etc/passwd" || echo 'portage:x:250:250:portage:/var/lib/portage/home:/sbin/nologin' >>"$root/etc/passwd"
  grep -q ^portage: "$root/etc/group" || echo 'portage::250:portage' >>"$root/etc/group"
  mkdir -p "$root"/var/{cache/{distfiles,binpkgs,edb},lib/portage/home,tmp/portage,log/portage,db/pkg,db/repos} "$root"/etc/portage "$root"/run/lock
  chown 250:250 "$root"/var/{cache/distfiles,lib/portage/home,tmp/portage,log/portage}
  ln -sfn ../../var/db/repos/gentoo/profiles/default/linux/amd64/23.0 "$root/etc/portage/make.profile"
  cat >"$root/etc/portage/make.conf" <<'CONF'
# These settings were set when this stage3 was made.
COMMON_FLAGS="-O2 -pipe"
CFLAGS="${COMMON_FLAGS}"
CXXFLAGS="${COMMON_FLAGS}"
FCFLAGS="${COMMON_FLAGS}"
FFLAGS="${COMMON_FLAGS}"

# The language of build output.
LC_MESSAGES=C.utf8
CONF
  : >"$root/etc/resolv.conf"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
  rm -f "$root/etc/hostname" "$root/etc/machine-id" "$root"/etc/{passwd,group,shadow,gshadow}-
}
