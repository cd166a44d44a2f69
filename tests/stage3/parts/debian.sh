# shellcheck shell=bash
# shellcheck disable=SC2154  # the pins
# The file system from Debian's packages.

debian_rootfs() { # ROOT
  local root=$1 options=() path
  for path in man doc info locale lintian bug gdb; do
    options+=(--dpkgopt="path-exclude=/usr/share/$path/*")
  done
  # shellcheck disable=SC2016
  mmdebstrap --mode=root --variant=custom --aptopt='APT::Install-Recommends "false"' "${options[@]}" \
    --setup-hook='mkdir -p "$1"/usr/bin "$1"/usr/sbin "$1"/usr/lib "$1"/usr/lib64; for d in bin sbin lib lib64; do ln -s usr/$d "$1"/$d; done' \
    --include="$(IFS=,; echo "${debian_packages[*]}")" "$debian_suite" "$root"
}

# Nothing here manages Debian packages any more, and no ebuild of the tests wants sanitizers or link-time dumps.
drop_debian() { # ROOT
  local root=$1 lib=$1/usr/lib/x86_64-linux-gnu gcc=$1/usr/lib/gcc/x86_64-linux-gnu/12
  rm -rf "$root"/var/lib/{apt,dpkg,pam,misc} "$root"/var/cache/{apt,debconf,ldconfig} "$root"/var/backups "$root"/etc/{apt,dpkg,kernel} \
    "$root"/usr/bin/dpkg* "$root"/usr/bin/*debconf* "$root"/usr/share/{debconf,dpkg,perl5,bash-completion} "$root"/usr/lib/dpkg
  rm -f "$root"/usr/bin/{,x86_64-linux-gnu-}lto-dump* "$root"/usr/bin/{,x86_64-linux-gnu-}{gprofng*,dwp} \
    "$lib"/lib{asan,lsan,tsan,ubsan,gprofng}.so.* "$gcc"/lib{asan,lsan,tsan,ubsan}*
  rm -rf "$root"/var/log/* "$root"/tmp/* "$root"/run/* "$root"/usr/src/* "$root"/usr/games "${root:?}"/boot/*
  # definitions of a few locales are enough
  find "$root"/usr/share/i18n -type f -regextype posix-extended \
    ! -regex '.*/locales/(de_DE(@euro)?|en_(US|GB)|C|POSIX|(i18n|iso14651|translit_|cns11643)[^/]*)' \
    ! -regex '.*/charmaps/(UTF-8|ISO-8859-15?|ANSI_X3.4-1968).gz' -delete
  rm -f "$root"/etc/locale.{gen,alias} "$root"/usr/sbin/{locale-gen,update-locale,validlocale}
  find "$root/usr/share" -maxdepth 1 -type d \( -name man -o -name doc -o -name info -o -name locale -o -name lintian -o -name bug \) -exec rm -rf {} +
}

# Gentoo's merged-usr profiles have one directory of programs, Debian has two.
merge_sbin() { # ROOT
  local root=$1
  cp -a --no-clobber "$root"/usr/sbin/. "$root"/usr/bin/
  rm -rf "$root"/usr/sbin "$root"/sbin
  ln -s bin "$root"/usr/sbin
  ln -s usr/bin "$root"/sbin
}

# Names that a Gentoo toolchain has and Debian's has not.
gentoo_tool_names() { # ROOT
  local bin=$1/usr/bin tool
  for tool in gcc g++ cpp gcc-ar gcc-nm gcc-ranlib ar as ld ld.bfd nm objcopy objdump ranlib readelf size strings strip; do
    [[ ! -e $bin/$tool ]] || ln -sf "$tool" "$bin/x86_64-pc-linux-gnu-$tool"
  done
  ln -sf python3 "$bin/python"
  ln -sf tar "$bin/gtar"
  ln -sf make "$bin/gmake"
}
