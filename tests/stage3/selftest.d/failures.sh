# shellcheck shell=bash
# shellcheck disable=SC2154,SC2086  # base and options, which have no spaces
# One emerge for each class of failure, and what it has to print.

record() { # CLASS STATUS: what emerge printed and logged, without colours
  local class=$1 file=/out/failures/$1.txt elog=/out/failures/$1.elog.txt log
  sed -i 's/\x1b\[[0-9;]*[A-Za-z]//g' "$file"
  for log in /var/log/portage/elog/*.log; do
    [[ ! -f $log ]] || sed 's/\x1b\[[0-9;]*[A-Za-z]//g' "$log" >>"$elog"
  done
  printf '%s\t%s\t%s\n' "$class" "$2" "$3" >>/out/failures/cases.tsv
}

fails() { # CLASS STATUS PATTERN ROOT ARGUMENT...
  local class=$1 expected=$2 pattern=$3 root=$4 status start=$SECONDS
  wants "$class" || wants failures || return 0
  shift 4
  rm -rf /var/log/portage/elog /var/tmp/portage/* /small-tmp/portage
  timeout 300 emerge --root="$root" "${options[@]}" "$@" >"/out/failures/$class.txt" 2>&1
  status=$?
  record "$class" $status "$*"
  ok "$class exits with $expected, not $status" test $status = "$expected"
  ok "$class prints: $pattern" grep -q -E -e "$pattern" "/out/failures/$class.txt"
  echo "$class: exit $status, $((SECONDS - start)) s" >&2
}

failure_cases() {
  resolver_failures
  source_failures
  phase_failures
  merge_failures
  configuration_failures
  interrupted
}

resolver_failures() {
  fails unknown-atom 1 '^emerge: there are no ebuilds to satisfy "app-misc/nosuch" for' $base app-misc/nosuch
  fails unknown-name 1 '^emerge: there are no ebuilds to satisfy "nosuchname" for' $base nosuchname
  fails unknown-version 1 'there are no ebuilds to satisfy ">=app-misc/hello-99"' $base '>=app-misc/hello-99'
  fails unknown-slot 1 'there are no ebuilds to satisfy "app-misc/hello:9"' $base app-misc/hello:9
  fails ambiguous-name 1 'short ebuild name "core" is ambiguous' $base core
  fails invalid-atom 1 "is not a valid package atom" $base 'app-misc/hello=='
  fails bad-option 2 'unrecognized arguments' $base --frobnicate app-misc/hello
  fails unsatisfied-dependency 1 '^\(dependency required by "app-misc/missing-dep-1' $base app-misc/missing-dep
  fails masked-keyword 1 'masked by: ~amd64 keyword' $base app-misc/testing-only
  fails masked-dependency-keyword 1 'required by .*needs-keyword' $base app-misc/needs-keyword
  fails masked-missing-keyword 1 'masked by: missing keyword' $base app-misc/live
  fails masked-package-mask 1 'masked by: package.mask' $base app-misc/masked
  fails masked-license 1 'masked by: test-EULA license' $base app-misc/licensed
  fails masked-eapi 1 'masked by: EAPI 99' $base app-misc/future
  fails required-use 1 'REQUIRED_USE flag constraints are unsatisfied' $base app-misc/conflict
  fails use-change-dependency 1 'Change USE: \+extra' $base app-misc/needs-use
  fails use-change-atom 1 'Change USE: \+extra' $base 'app-misc/flagged[extra]'
  fails use-missing-iuse 1 'Missing IUSE: nosuchflag' $base 'app-misc/flagged[nosuchflag]'
  fails circular 1 'Error: circular dependencies:' $base app-misc/circular-a
  fails slot-conflict 1 'Multiple package instances within a single package slot' $base app-misc/needs-old app-misc/needs-new
  fails blocked 1 '^\[blocks B +\]' $base app-misc/blocker app-misc/hello
  if wants masked-corruption || wants failures; then
    mkdir -p /overlay/{metadata,profiles,app-misc/loose}
    echo overlay >/overlay/profiles/repo_name
    printf 'masters = gentoo\n' >/overlay/metadata/layout.conf
    sed 's/not hello/loose/' /var/db/repos/gentoo/app-misc/bins/bins-1.ebuild >/overlay/app-misc/loose/loose-1.ebuild
    printf '[overlay]\nlocation = /overlay\n' >/etc/portage/repos.conf/overlay.conf
    fails masked-corruption 1 'masked by: corruption' $base app-misc/loose
    rm /etc/portage/repos.conf/overlay.conf
  fi
}

source_failures() {
  fails fetch-failed 1 "Couldn't download 'never-there-1.tar.gz'" $base app-misc/fetch-fails
  fails fetch-restricted 1 'has fetch restriction turned on' $base app-misc/fetch-restricted
  fails checksum 1 'Reason: Failed on (BLAKE2B|SHA512) verification' $base app-misc/bad-digest
  rm -f /cache/distfiles/hello_*
  GENTOO_MIRRORS='' fails fetch-no-network 1 "Couldn't download 'hello_2.10.orig.tar.gz'" $base --usepkg=n app-misc/hello
}

phase_failures() {
  local at='^ \* ERROR: app-misc/broken-'
  fails phase-pretend 1 "${at}pretend-1::gentoo failed \(pretend phase\)" $base app-misc/broken-pretend
  fails phase-unpack 1 "${at}unpack-1::gentoo failed \(unpack phase\)" $base app-misc/broken-unpack
  fails phase-compile-die 1 "${at}compile-1::gentoo failed \(compile phase\)" $base app-misc/broken-compile
  fails phase-compile-emake 1 "${at}make-1::gentoo failed \(compile phase\)" $base app-misc/broken-make
  fails phase-install 1 "${at}install-1::gentoo failed \(install phase\)" $base app-misc/broken-install
  fails phase-preinst 1 "${at}preinst-1::gentoo failed \(preinst phase\)" $base app-misc/broken-preinst
  fails phase-postinst 1 "${at}postinst-1::gentoo failed \(postinst phase\)" $base app-misc/broken-postinst
  fails newer-tool 1 'Cannot find the latest frobnicator' $base app-misc/newer-tool
  # only inside of a memory limit: selftest out-of-memory
  if [[ " ${wanted[*]} " == *" out-of-memory "* ]]; then
    fails out-of-memory 1 Killed $base app-misc/mem-hog
  fi
}

merge_failures() {
  local package
  fresh /rootfs/collide
  if wants collision-owned || wants blocked-installed || wants failures; then
    merge collide /rootfs/collide app-misc/hello
    fails collision-owned 1 'NOT merged due to file collisions' /rootfs/collide app-misc/collide
    fails blocked-installed 0 '>>> Uninstalling|>>> Unmerging' /rootfs/collide app-misc/blocker
  fi
  fresh /rootfs/collide
  echo unowned >/rootfs/collide/usr/bin/hello
  fails collision-unowned 0 '>>> Completed \(1 of 1\) app-misc/collide-1' /rootfs/collide app-misc/collide
  if wants collision-unowned || wants failures; then
    ok "collision-unowned is in elog" grep -q 'merged despite file collisions' /out/failures/collision-unowned.elog.txt
  fi
  fails disk-full-root 1 'No space left on device' /small-root app-misc/disk-hog
  PORTAGE_TMPDIR=/small-tmp fails disk-full-build 1 'No space left on device' $base --usepkg=n app-misc/disk-hog
  if wants binary-damaged || wants failures; then
    fresh /rootfs/damaged
    merge damaged-before /rootfs/damaged app-misc/postinst
    package=$(ls /cache/binpkgs/app-misc/postinst/*.gpkg.tar)
    cp "$package" /kept
    head -c 3000 /kept >"$package"
    fresh /rootfs/damaged
    fails binary-damaged 1 'Digest verification failed' /rootfs/damaged app-misc/postinst
    cp /kept "$package"
  fi
}

configuration_failures() {
  echo 'USE="unterminated' >>/etc/portage/make.conf
  fails bad-make-conf 1 'No closing quotation' $base app-misc/bins
  cp /make.conf.kept /etc/portage/make.conf
  ln -sfn /nowhere /etc/portage/make.profile
  fails bad-profile 1 'current profile is invalid' $base app-misc/bins
  ln -sfn ../../var/db/repos/gentoo/profiles/default/linux/amd64/23.0 /etc/portage/make.profile
  echo 'this is = not valid' >/etc/portage/package.use/bad
  fails bad-package-use 0 'Invalid atom in /etc/portage/package.use/bad' $base app-misc/bins
  rm /etc/portage/package.use/bad
}

# emerge waits for the phase that runs: only a signal to the whole process group is quick.
interrupted() {
  local pid status
  wants interrupted || wants failures || return 0
  rm -rf /var/log/portage/elog
  SLEEPER_SECONDS=8 emerge --root=$base "${options[@]}" app-misc/sleeper >/out/failures/interrupted.txt 2>&1 &
  pid=$!
  until grep -qs 'second 1' /var/tmp/portage/app-misc/sleeper-1/temp/build.log; do sleep 0.2; kill -0 $pid 2>/dev/null || break; done
  kill -TERM $pid
  wait $pid
  status=$?
  record interrupted $status app-misc/sleeper
  ok "interrupted exits with 143, not $status" test $status = 143
}
