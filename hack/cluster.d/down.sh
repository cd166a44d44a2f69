# shellcheck shell=bash
# Ends a cluster and takes away all that it left on the machine.

take_down() { # KEEP: yes leaves the state folder for a later `up`
  local began=$EPOCHREALTIME
  need_root "the cluster"
  lock_cluster
  refuse_foreign_cluster
  if ! node_process >/dev/null && [[ ! -e /run/netns/$NETNS && ! -d $STATE ]]; then
    say "there is no cluster '$NAME'"
    return 0
  fi
  clear_remains
  if [[ $1 != yes ]]; then remove_state; fi
  say "cluster '$NAME' is gone after $(seconds_since "$began") s"
}

clear_remains() { # whatever a running, half-started or killed cluster holds, except its state folder
  stop_node
  remove_network
  remove_cgroups
  rm -rf "$STATE/run"
}

# The kernel ends all of a pid namespace with its pid 1, and the keeper outside ends after that. So only pid 1 is killed,
# found by its being the first of a pid namespace in this cluster's network; the rest only if they outlive it.
stop_node() {
  local pid pids try
  [[ -e /run/netns/$NETNS ]] || return 0
  for try in {1..600}; do
    mapfile -t pids < <(ip netns pids "$NETNS")
    ((${#pids[@]})) || return 0
    for pid in "${pids[@]}"; do
      if ((try % 100 == 0)) || is_first_of_its_namespace "$pid"; then kill -KILL "$pid" 2>/dev/null || true; fi
    done
    sleep 0.05
  done
  die "these processes of cluster '$NAME' do not end: ${pids[*]}"
}

is_first_of_its_namespace() { # PID
  local inner
  inner=$(awk '$1 == "NSpid:" && NF > 2 { print $NF }' "/proc/$1/status" 2>/dev/null) || return 1
  [[ $inner == 1 ]]
}

remove_state() {
  if grep -qF " $STATE/" /proc/self/mountinfo; then die "something is mounted below $STATE, so it stays: unmount it first"; fi
  rm -rf "${STATE:?}"
}
