# shellcheck shell=bash
# A cgroup root of the cluster's own: two kubelets under one root would take each other's pods for orphans.
#
# cgroup v1: a folder in every hierarchy. cgroup v2 under systemd: a delegated scope, because systemd manages the root.
# cgroup v2 without systemd: a folder below the root.

cgroup_is_v2() { [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]]; }

systemd_runs() { [[ -d /run/systemd/system ]]; }

cgroup_root() { # as the kubelet names it
  if cgroup_is_v2 && systemd_runs; then printf '/system.slice/staves-%s.scope\n' "$NAME"; else printf '/staves-%s\n' "$NAME"; fi
}

cgroup_hierarchies() { awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/self/mounts | sort -u; }

make_cgroups() {
  local hierarchy root file
  root=$(cgroup_root)
  if cgroup_is_v2; then
    systemd_runs && return 0 # the scope comes with the node's process
    mkdir -p "/sys/fs/cgroup$root"
    cgroup_hand_down /sys/fs/cgroup
    cgroup_hand_down "/sys/fs/cgroup$root"
    return 0
  fi
  while read -r hierarchy; do
    mkdir -p "$hierarchy$root"
    for file in cpuset.cpus cpuset.mems; do # empty in a new v1 cpuset, and no process may enter then
      if [[ -f $hierarchy$root/$file ]]; then cat "$hierarchy/$file" >"$hierarchy$root/$file"; fi
    done
  done < <(cgroup_hierarchies)
}

cgroup_hand_down() { # FOLDER: gives its controllers to its children
  local controller
  for controller in $(<"$1/cgroup.controllers"); do
    printf '+%s' "$controller" >"$1/cgroup.subtree_control" 2>/dev/null || true
  done
}

# What starts the node's process, in front of its command line.
cgroup_launcher() {
  if cgroup_is_v2 && systemd_runs; then
    printf '%s\n' systemd-run --quiet --scope --collect "--unit=staves-$NAME" --property=Delegate=yes \
      "$PARTS/in-scope" "/sys/fs/cgroup$(cgroup_root)"
  fi
}

remove_cgroups() {
  local hierarchy root left try
  root=$(cgroup_root)
  for try in {1..100}; do
    left=no
    while read -r hierarchy; do
      [[ -d $hierarchy$root ]] || continue
      find "$hierarchy$root" -depth -type d -exec rmdir {} + 2>/dev/null || true
      if [[ -d $hierarchy$root ]]; then left=$hierarchy$root; fi
    done < <(cgroup_hierarchies)
    [[ $left != no ]] || return 0
    sleep 0.05 # the kernel lets go of a dead task's cgroup a little later
  done
  die "after $try tries the cgroup $left is still in use by: $(cat "$left"/**/cgroup.procs 2>/dev/null | head -n 5 | tr '\n' ' ')"
}
