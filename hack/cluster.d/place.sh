# shellcheck shell=bash disable=SC2034 # names in capitals are read by other parts
# Where a cluster lives: its state folder, its /24, and who else is on the machine.
#
# The machine's end of the veth link carries an alias that names cluster and state folder. It is the record that
# lasts as long as the network does, also when the state folder was removed by hand.

set_place() { # NAME: sets the paths and names that follow from a cluster's name
  NAME=$1
  [[ $NAME =~ ^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$ ]] || die "'$NAME' is no cluster name: small letters, digits and '-', at most 32"
  STATE=$(realpath -m "${STAVES_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/staves}")/cluster-$NAME
  [[ $STATE != *[[:space:]]* ]] || die "the state folder must have no blank in its path: $STATE"
  NETNS=staves-$NAME
  LINK_ALIAS=staves:$NAME:$STATE
  NODE=node1
  export KUBECONFIG=$STATE/admin.kubeconfig
  if [[ -f $STATE/subnet ]]; then set_addresses "$(<"$STATE/subnet")"; fi
}

set_addresses() { # N: third number of the cluster's /24
  SUBNET=$1
  LINK=staves-veth$1
  NODE_IP=10.90.$1.1
  MACHINE_IP=10.90.$1.254
  REGISTRY=$NODE_IP:5000
}

lock_cluster() { # one command at a time works on a cluster
  mkdir -p /run/lock
  exec {CLUSTER_LOCK}>"/run/lock/staves-cluster-$NAME"
  if ! flock -n "$CLUSTER_LOCK"; then
    say "another command works on cluster '$NAME', waiting for it"
    flock "$CLUSTER_LOCK"
  fi
}

link_alias() { cat "/sys/class/net/$1/ifalias" 2>/dev/null || true; }

links_of_this_cluster() { # prints names of links, also of one left behind by a run that was killed
  local path
  for path in /sys/class/net/staves-veth*; do
    [[ -e $path && $(link_alias "${path##*/}") == "$LINK_ALIAS" ]] && printf '%s\n' "${path##*/}"
  done
  return 0
}

refuse_foreign_cluster() { # a cluster of the same name under another state folder is not ours to touch
  local path alias
  for path in /sys/class/net/staves-veth*; do
    alias=$(link_alias "${path##*/}")
    if [[ $alias == "staves:$NAME:"* && $alias != "$LINK_ALIAS" ]]; then
      die "a cluster '$NAME' exists with its state in ${alias#"staves:$NAME:"}: take another --name, or set STAVES_STATE to its folder"
    fi
  done
}

subnet_is_free() { # N
  [[ ! -e /sys/class/net/staves-veth$1 && -z $(ip -4 route show root "10.90.$1.0/24") ]]
}

choose_subnet() { # prints N: the kept one, else the first free one after a start that follows from the name
  local start step n
  if [[ -f $STATE/subnet ]]; then
    n=$(<"$STATE/subnet")
    subnet_is_free "$n" || die "10.90.$n.0/24, which the kept state of '$NAME' speaks of, is in use on this machine: '$(link_alias "staves-veth$n")'. Free it, or drop the state with: hack/cluster down --name $NAME"
    printf '%s\n' "$n"
    return 0
  fi
  start=$(($(printf '%s' "$NAME" | cksum | cut -d' ' -f1) % 250))
  for ((step = 0; step < 250; step++)); do
    n=$(((start + step) % 250))
    if subnet_is_free "$n"; then
      printf '%s\n' "$n"
      return 0
    fi
  done
  die "no free network among 10.90.0.0/24 to 10.90.249.0/24"
}

# The process outside whose only child is pid 1 of the node. Its start time guards against a pid that was given anew.
process_start_time() { awk '{ sub(/^.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null; }

node_process() { # prints the pid of the node's pid 1 as the machine sees it; fails when there is none
  local keeper started child=''
  read -r keeper started 2>/dev/null <"$STATE/run/keeper" || return 1
  [[ -n $started && $(process_start_time "$keeper") == "$started" ]] || return 1
  # The file has no line end.
  read -r -d '' child <"/proc/$keeper/task/$keeper/children" || true
  child=${child%% *}
  [[ -n $child ]] && printf '%s\n' "$child"
}

node_must_run() { # prints what node_process does
  node_process || die "cluster '$NAME' does not run; start it with: hack/cluster up --name $NAME"
}

in_node() { # COMMAND...: in the node's network, mounts and pids
  local pid
  pid=$(node_must_run)
  PATH=/run/staves-bin:$PATH nsenter --target "$pid" --mount --pid --net -- "$@"
}
