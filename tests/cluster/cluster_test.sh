#!/usr/bin/env bash
# Starts two clusters of its own beside whatever runs, one as a present cluster, one as an older one without image
# volumes and user namespaces, and looks at both from inside pods. Ends with a line "N passed, N failed".
set -euo pipefail
shopt -s nullglob

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cluster=$here/../../hack/cluster
new=test-new-$$
old=test-old-$$
work=$(mktemp -d)
passed=0
failed=0

end() {
  local pid_file
  for pid_file in "$work/server" "$work/registry"; do
    if [[ -f $pid_file ]]; then kill "$(<"$pid_file")" 2>/dev/null || true; fi
  done
  "$cluster" down --name "$new" >/dev/null 2>&1 || true
  "$cluster" down --name "$old" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap end EXIT

check() { # SENTENCE COMMAND...
  local sentence=$1 ended=0
  shift
  # In the background, because bash forgets `set -e` inside a condition.
  (set -e; "$@") >"$work/out" 2>&1 &
  wait "$!" || ended=$?
  if ((ended == 0)); then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$sentence"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$sentence"
    tail -n 20 "$work/out" | sed 's/^/        /'
  fi
}

fails() { ! "$@"; }

load_environment() { eval "$("$cluster" env --name "$1")"; }

pod_ended() { [[ $(kubectl get pod "$1" -o 'jsonpath={.status.phase}') =~ ^(Succeeded|Failed)$ ]]; }

log_has() { # POD TEXT: once the pod has ended
  local try
  for ((try = 0; try < 200; try++)); do
    if pod_ended "$1"; then # the whole log is read: a reader that stops early would fail the pipe
      kubectl logs "$1"
      kubectl logs "$1" | grep -E -- "$2" >/dev/null
      return
    fi
    sleep 0.2
  done
  kubectl describe pod "$1"
  return 1
}

both_up() {
  local first status=0
  "$cluster" up --name "$new" >"$work/new.log" 2>&1 &
  first=$!
  "$cluster" up --name "$old" --image-volumes=off --user-namespaces=off --watch-list=off >"$work/old.log" 2>&1 || status=1
  wait "$first" || status=1
  cat "$work/new.log" "$work/old.log"
  return "$status"
}

address() { "$cluster" env --name "$1" | sed -n 's/^export STAVES_REGISTRY=//p'; }

run_pods() { # CLUSTER OTHER_CLUSTER
  "$here/../cluster-images/publish" "$STAVES_REGISTRY"
  sed -e "s|@REGISTRY@|$STAVES_REGISTRY|; s|@MACHINE@|$STAVES_MACHINE_ADDRESS|; s|@OTHER_REGISTRY@|$(address "$2")|" "$here/pods.yaml" |
    kubectl apply -f -
}

serve_on_the_machine() {
  (cd "$here/../cluster-images/probe" && GOWORK=off CGO_ENABLED=0 go build -buildvcs=false -o "$work/probe" .)
  "$work/probe" "serve=$STAVES_MACHINE_ADDRESS:7070" >"$work/server.log" 2>&1 &
  printf '%s\n' "$!" >"$work/server"
}

loads_and_gives_digest() {
  crane pull --insecure "$STAVES_REGISTRY/staves-test/data:1" "$work/data.tar"
  local ref
  ref=$("$cluster" load --name "$new" "$work/data.tar" staves-test/loaded:1)
  [[ $ref == "$STAVES_REGISTRY/staves-test/loaded@sha256:"* ]]
  crane manifest --insecure "$ref"
  crane delete --insecure "$ref"
  fails crane manifest --insecure "$ref"
}

comes_back() { # CLUSTER PROGRAM
  kill_program "$@"
  ready_again "$1"
}

ready_again() { # CLUSTER
  local try
  for ((try = 0; try < 150; try++)); do
    if "$cluster" status --name "$1"; then return 0; fi
    sleep 0.2
  done
  return 1
}

kill_program() { # CLUSTER PROGRAM: as seen from the machine, only in that cluster's network
  local pid
  for pid in $(ip netns pids "staves-$1"); do
    if [[ $(<"/proc/$pid/comm") == "$2" ]]; then kill -KILL "$pid"; fi
  done
}

survives_a_killed_up() { # an `up` that dies half-way leaves something that the next one can use
  local pid
  "$cluster" down --name "$old"
  setsid "$cluster" up --name "$old" >"$work/killed.log" 2>&1 &
  pid=$!
  until [[ -e /run/netns/staves-$old ]]; do
    kill -0 "$pid" || return 1
    sleep 0.05
  done
  kill -KILL -- "-$pid"
  "$cluster" up --name "$old"
  "$cluster" status --name "$old"
}

traces() { # of a cluster on the machine: processes, namespace, link, cgroups, mounts, state
  local pid file
  for pid in /proc/[0-9]*; do
    if grep -qs "/staves-$1/" "$pid/cgroup" || grep -qsz "cluster-$1/" "$pid/cmdline"; then printf 'process %s\n' "$pid"; fi
  done
  ip netns list | grep "staves-$1" || true
  for file in /sys/class/net/*/ifalias; do grep -H ":$1:" "$file" || true; done
  find /sys/fs/cgroup -maxdepth 2 -name "staves-$1*"
  grep "cluster-$1/" /proc/self/mountinfo || true
  find "$(dirname "$STAVES_CLUSTER_STATE")" -maxdepth 1 -name "cluster-$1"
}

leaves_nothing() { # CLUSTER
  "$cluster" down --name "$1"
  traces "$1" | tee "$work/traces"
  [[ ! -s $work/traces ]]
}

env_names_test_images() {
  [[ $("$cluster" env --name "$new" | grep STAVES_TEST_TREE) == "export STAVES_TEST_TREE=''" ]]
  crane copy --insecure "$STAVES_REGISTRY/staves-test/probe:1" "$STAVES_REGISTRY/staves-test/tree:1"
  crane copy --insecure "$STAVES_REGISTRY/staves-test/data:1" "$STAVES_REGISTRY/staves-test/tree:0"
  load_environment "$new"
  [[ $STAVES_TEST_TREE == "$STAVES_REGISTRY/staves-test/tree@$(crane digest --insecure "$STAVES_REGISTRY/staves-test/data:1")" ]]
}

pulls_from_a_trusted_registry() { # the test's own, on the machine's end of the link
  local registry=$STAVES_MACHINE_ADDRESS:7071 try
  crane registry serve --address "$registry" >"$work/registry.log" 2>&1 &
  printf '%s\n' "$!" >"$work/registry"
  for ((try = 0; try < 100; try++)); do
    if curl -sf -o /dev/null "http://$registry/v2/"; then break; fi
    sleep 0.05
  done
  crane copy --insecure "$STAVES_REGISTRY/staves-test/probe:1" "$registry/probe:1"
  "$cluster" trust --name "$new" "$registry"
  kubectl run trusting --image="$registry/probe:1" --restart=Never -- cat=/proc/self/comm
  log_has trusting 'cat=/proc/self/comm: probe'
}

refuses_to_stream() {
  local said
  said=$(kubectl get --raw '/api/v1/namespaces/default/configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=2' 2>&1) && return 1
  [[ $said == *"sendInitialEvents is forbidden"* ]]
}

machine_folders() { find /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers /tmp/hostpath_pv /run/containerd 2>/dev/null | sort || true; }

machine_folders >"$work/folders.before"
check "two clusters start at once" both_up
load_environment "$new"
check "a server on the machine's end of the link starts" serve_on_the_machine
check "up is fine a second time" "$cluster" up --name "$new"
check "other features are refused while it runs" fails "$cluster" up --name "$new" --image-volumes=off
check "pods are accepted" run_pods "$new" "$old"
check "a pod resolves names" log_has reaches 'lookup=kubernetes.*: 10\.96\.0\.1$'
check "a pod reaches the API server with its token" log_has reaches 'api=/version: 200 OK'
check "a pod reaches the registry at the address that the machine uses" log_has reaches "dial=$STAVES_REGISTRY: open"
check "a pod reaches the machine's end of the link" log_has reaches "dial=$STAVES_MACHINE_ADDRESS:7070: open"
check "a user that is not root writes to a provisioned volume" log_has reaches 'write=/scratch/file: written'
check "a pod does not reach the internet" log_has outside 'dial=1\.1\.1\.1:443: error'
check "a pod does not reach another cluster" log_has outside "dial=$(address "$old"): error"
check "an outside name does not exist" log_has outside 'lookup=gentoo.org: error: .*no such host'
check "an image volume has its content" log_has image-volume 'greeting: Hello from an image volume$'
check "a pod has a user namespace of its own" log_has user-namespace 'uid_map: 0 [1-9][0-9]+ 65536$'
check "an image is loaded, gets a digest, and can be deleted" loads_and_gives_digest
check "env names the test image that was pushed last" env_names_test_images
check "the node pulls from a registry that it was told to trust" pulls_from_a_trusted_registry
check "API calls are in the audit log" grep -q '"requestURI":"/version"' "$STAVES_AUDIT_LOG"
check "a killed API server comes back" comes_back "$new" kube-apiserver
check "a killed containerd comes back" comes_back "$new" containerd

load_environment "$old"
check "pods are accepted by the older cluster" run_pods "$old" "$new"
check "without the feature a pod runs and its image volume is missing" log_has image-volume 'greeting: error: .*no such file'
check "without the feature a pod has the machine's users" log_has user-namespace 'uid_map: 0 0 4294967295$'
check "without the feature lists are not streamed" refuses_to_stream
check "an up that was killed is repaired by the next" survives_a_killed_up

check "down leaves nothing of the one" leaves_nothing "$new"
check "status fails when nothing runs" fails "$cluster" status --name "$new"
check "the other one goes on" "$cluster" status --name "$old"
check "down leaves nothing of the other" leaves_nothing "$old"
check "down is fine a second time" "$cluster" down --name "$old"
machine_folders >"$work/folders.after"
check "the machine's own folders are as before" diff "$work/folders.before" "$work/folders.after"

printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
