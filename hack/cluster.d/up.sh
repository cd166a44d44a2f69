# shellcheck shell=bash
# Starts a cluster and waits until it can run pods.

bring_up() {
  local began=$EPOCHREALTIME
  need_root "the cluster"
  install_packages
  build_programs
  build_images
  lock_cluster
  refuse_foreign_cluster
  if node_process >/dev/null; then
    refuse_other_features
    say "cluster '$NAME' runs already"
  else
    start_node
  fi
  finish_cluster "$began"
}

choose_features() { # what was asked for, and on for the rest
  local feature
  : >"$STATE/features"
  for feature in image_volumes user_namespaces watch_list; do printf '%s=%s\n' "$feature" "${ASKED[$feature]:-on}" >>"$STATE/features"; done
}

feature() { sed -n "s/^$1=//p" "$STATE/features"; }

refuse_other_features() { # of a cluster that runs already
  local feature runs
  for feature in "${!ASKED[@]}"; do
    runs=$(feature "$feature")
    [[ ${ASKED[$feature]} == "$runs" ]] ||
      die "cluster '$NAME' runs with ${feature//_/-}=$runs: take another --name, or end it first: hack/cluster down --name $NAME"
  done
}

start_node() {
  clear_remains
  mkdir -p "$STATE"
  choose_features
  check_machine
  make_network
  make_certificates
  make_kubeconfigs
  write_configs
  rm -rf "${STATE:?}/run"
  mkdir -p "$STATE/run"
  make_cgroups
  launch_node
}

launch_node() {
  local launcher keeper
  mapfile -t launcher < <(cgroup_launcher)
  # The locks stay behind: what lives on must not hold them.
  setsid nohup "${launcher[@]}" nsenter "--net=/run/netns/$NETNS" -- \
    unshare --mount --pid --fork --kill-child --mount-proc --propagation private -- \
    "$PARTS/node" "$STATE" "$BIN" </dev/null >>"$STATE/logs/node.log" 2>&1 {CLUSTER_LOCK}>&- &
  keeper=$!
  printf '%s %s\n' "$keeper" "$(process_start_time "$keeper")" >"$STATE/run/keeper"
  disown "$keeper"
  local try
  for ((try = 0; try < 100; try++)); do
    node_process >/dev/null && return 0
    sleep 0.05
  done
  tail -n 20 "$STATE/logs/node.log" >&2
  die "the node's first process did not start (logs: $STATE/logs)"
}

finish_cluster() { # EPOCHREALTIME when it began: everything after the node's start, safe to repeat
  await 30 registry "the registry answers" registry_answers
  push_cluster_images &
  local pushing=$!
  await 120 apiserver "the API server is ready" api_is_ready
  await 30 apiserver "the cluster's own objects are there" apply_manifests
  wait "$pushing" || die "the cluster's own images are not in its registry"
  await 60 kubelet "the node is Ready" node_is_ready
  await 30 controller-manager "pods may be made in the default namespace" account_exists
  await 90 kubelet "names resolve (CoreDNS)" names_resolve
  say "cluster '$NAME' is ready after $(seconds_since "$1") s; for its environment: eval \"\$(hack/cluster env --name $NAME)\""
}

await() { # SECONDS PROGRAM WORDS CHECK: the program is the one whose log is shown when it does not come true
  local deadline=$((SECONDS + $1)) began=$EPOCHREALTIME
  until "$4"; do
    if ! node_process >/dev/null; then
      tail -n 20 "$STATE/logs/node.log" >&2
      die "the node ended before this came true: $3 (logs: $STATE/logs)"
    fi
    if ((SECONDS >= deadline)); then
      tail -n 15 "$STATE/logs/node.log" "$STATE/logs/$2.log" >&2
      die "after $1 s this is still not true: $3 (logs: $STATE/logs)"
    fi
    sleep 0.1
  done
  say "$(printf '%5s s  %s' "$(seconds_since "$began")" "$3")"
}

kube() { "$BIN/kubectl" --request-timeout=10s "$@" 2>/dev/null; }

registry_answers() { curl -sf -m 2 -o /dev/null "http://$REGISTRY/v2/"; }

api_is_ready() { [[ -e $STATE/run/api-ready ]] && kube get --raw /readyz >/dev/null; }

apply_manifests() {
  {
    cat "$PARTS/manifests/storage.yaml"
    printf -- '---\n'
    sed "s|@REGISTRY@|$REGISTRY|; s|@DIGEST@|$(sha256sum <"$PARTS/manifests/coredns.yaml" | cut -c1-16)|" "$PARTS/manifests/coredns.yaml"
  } >"$STATE/config/manifests.yaml"
  kube apply --server-side --force-conflicts --field-manager=hack-cluster -f "$STATE/config/manifests.yaml" >/dev/null
}

node_is_ready() {
  [[ $(kube get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

account_exists() { kube get serviceaccount default >/dev/null; }

# Asked through the API server, because a kept cluster's status tells of its earlier life.
names_resolve() { [[ $(kube get --raw /api/v1/namespaces/kube-system/services/http:kube-dns:ready/proxy/ready) == OK ]]; }
