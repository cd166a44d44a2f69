# shellcheck shell=bash
# shellcheck disable=SC2154  # options
# Builds that have to succeed.

listing() { # ROOT: names, modes, owners, links and capabilities of what goes into an image
  (
    cd "$1" || exit
    find . \( -path ./var/db -o -path ./var/cache -o -path ./var/lib/portage -o -path ./var/log -o -path ./etc/ld.so.cache \) -prune -o -printf '%p %y %m %U:%G %n %l\n' | sort
    getcap -r . | sort
  )
}

toolchain_library() { # ROOT NAME
  cp -L "$(gcc -print-file-name="$2")" "$1/usr/lib64/"
  ldconfig -X -r "$1"
}

run() { # ROOT COMMAND...
  local root=$1
  shift
  chroot "$root" "$@" 2>&1
}

build_cases() {
  ! wants cold || case_cold
  ! wants use || case_use
  ! wants everything || case_everything
  ! wants needs-missing || case_needs_missing
  ! wants live || case_live
  ! wants soft || case_soft
}

case_cold() { # bash, compiled and then as a binary
  fresh /rootfs/cold
  ok "bash, cold" merge cold /rootfs/cold app-shells/bash
  ok "one package compiled" test "$(compiled cold)" = 1
  ldconfig -X -r /rootfs/cold
  ok "bash runs" equal "$(run /rootfs/cold /bin/bash -c 'echo Hello World!')" 'Hello World!'
  ok "sh is there" test -h /rootfs/cold/bin/sh
  ok "C.UTF-8 is there" equal "$(run /rootfs/cold /bin/bash -c $'LC_ALL=C.UTF-8; x=\u00e9; echo ${#x}')" 1
  mkdir /rootfs/warm
  links /rootfs/warm
  ok "baselayout, warm" env USE=build emerge --root=/rootfs/warm "${options[@]}" --quiet sys-apps/baselayout >/out/logs/warm-layout.log 2>&1
  ok "bash, warm" merge warm /rootfs/warm app-shells/bash
  ok "nothing compiled" test "$(compiled warm)" = 0
  ok "three binary packages" test "$(binary warm)" = 3
  ldconfig -X -r /rootfs/warm
  ok "cold and warm are alike" diff <(listing /rootfs/cold) <(listing /rootfs/warm)
}

case_use() { # another USE flag compiles exactly that package again
  fresh /rootfs/use
  ok "hello" merge use-before /rootfs/use app-misc/hello
  fresh /rootfs/use
  echo 'app-misc/hello nls' >/etc/portage/package.use/hello
  ok "hello with nls" merge use-after /rootfs/use app-misc/hello
  rm /etc/portage/package.use/hello
  ok "hello compiled again" test "$(compiled use-after)" = 1
  ok "hello runs" equal "$(run /rootfs/use /usr/bin/hello)" 'Hello, world!'
}

case_everything() {
  local root=/rootfs/everything packages
  packages=$(grep -o 'app-misc/[a-z-]*$' /var/db/repos/gentoo/app-misc/everything/everything-1.ebuild)
  fresh $root
  rm -rf /var/log/portage/elog
  # shellcheck disable=SC2086
  ok "everything, cold" merge everything $root $packages
  ok "C++ needs its libraries" grep -q 'libgcc_s.so.1 libstdc++.so.6' $root/var/db/pkg/app-misc/cxxapp-1/REQUIRES
  ok "unwinder needs libgcc_s" grep -q libgcc_s.so.1 $root/var/db/pkg/app-misc/unwinder-1/REQUIRES
  ok "unwinder does not need libstdc++" test "$(grep -c libstdc $root/var/db/pkg/app-misc/unwinder-1/REQUIRES)" = 0
  ok "C needs neither" equal "$(cat $root/var/db/pkg/app-misc/capp-1/REQUIRES)" 'x86_64: libc.so.6'
  ldconfig -X -r $root
  ok "C runs" equal "$(run $root /usr/bin/capp)" 'C says hello'
  ok "C++ does not run without its libraries" eval "! run $root /usr/bin/cxxapp >/dev/null"
  toolchain_library $root libgcc_s.so.1
  toolchain_library $root libstdc++.so.6
  ok "C++ runs" equal "$(run $root /usr/bin/cxxapp oops | tr '\n' ' ')" 'caught oops C++ says hello  '
  ok "unwinder runs" equal "$(run $root /usr/bin/unwinder)" 'some frames'
  ok "a chain of libraries" equal "$(run $root /usr/bin/chained)" 'chain of 4'
  ok "its libraries are in / as well" test -e /usr/lib64/libchain-a.so.1
  ok "setuid" equal "$(stat -c %a $root/usr/bin/setuid)" 4711
  ok "setgid" equal "$(stat -c '%a %g' $root/usr/bin/setgid)" '2755 12'
  ok "hard links" test $root/usr/share/modes/one -ef $root/usr/share/modes/two
  ok "modes and owner of a directory" equal "$(stat -c '%a %u:%g' $root/var/spool/modes)" '3775 8:12'
  ok "file capability" equal "$(getcap $root/usr/bin/fcapped)" "$root/usr/bin/fcapped cap_net_raw=ep"
  ok "the user in the root" grep -q '^svc:x:990:990:' $root/etc/passwd
  ok "root stays in passwd" grep -q '^root:' $root/etc/passwd
  ok "the user in /" grep -q '^svc:x:990:990:' /etc/passwd
  ok "the user's directory" equal "$(stat -c '%a %u:%g' $root/var/lib/svc/data)" '750 990:990'
  ok "programs in /bin and /sbin" test -x $root/usr/bin/in-bin -a -x $root/usr/bin/in-sbin -a -h $root/bin -a -h $root/sbin
  ok "PDEPEND" test -d $root/var/db/pkg/app-misc/core-plugin-1
  ok "IDEPEND in / only" test -d /var/db/pkg/app-misc/indexer-1 -a ! -e $root/var/db/pkg/app-misc/indexer-1
  ok "IDEPEND was run" equal "$(cat $root/usr/share/indexed/index)" 1
  ok "the alternative's owner" grep -q 'sym /bin/greet' $root/var/db/pkg/app-alternatives/greet-1/CONTENTS
  ok "unowned links are taken over" grep -q 'merged despite file collisions' /var/log/portage/elog/app-alternatives:greet-1:*.log
  fresh /rootfs/again
  # shellcheck disable=SC2086
  ok "everything, warm" merge everything-warm /rootfs/again $packages
  ok "nothing compiled" test "$(compiled everything-warm)" = 0
  toolchain_library /rootfs/again libgcc_s.so.1
  toolchain_library /rootfs/again libstdc++.so.6
  ok "cold and warm are alike" diff <(listing $root) <(listing /rootfs/again)
}

case_needs_missing() { # emerge is content, the program is not
  fresh /rootfs/missing
  ok "needs-missing" merge needs-missing /rootfs/missing app-misc/needs-missing
  ok "it needs a library" grep -q libnowhere.so.1 /rootfs/missing/var/db/pkg/app-misc/needs-missing-1/REQUIRES
  ldconfig -X -r /rootfs/missing
  ok "it does not run" eval '! run /rootfs/missing /usr/bin/needs-missing >/dev/null'
}

case_live() { # and a variable of make.conf reaches the ebuild
  fresh /rootfs/live
  echo 'app-misc/live **' >/etc/portage/package.accept_keywords/live
  echo 'LIVE_URI="http://127.0.0.1/live/README"' >>/etc/portage/make.conf
  ok "live" merge live /rootfs/live app-misc/live
  ok "live sources" test -s /rootfs/live/usr/share/live/README
  rm /etc/portage/package.accept_keywords/live
  cp /make.conf.kept /etc/portage/make.conf
}

case_soft() { # an error that is none
  rm -rf /var/log/portage/elog
  fresh /rootfs/soft
  ok "soft-check exits with 0" merge soft /rootfs/soft app-misc/soft-check
  ok "elog has an error of it" grep -q '^ERROR: setup' /var/log/portage/elog/app-misc:soft-check-1:*.log
}
