# shellcheck shell=bash
# What runs, and what others need to know of it.

show_status() { # succeeds only when pods can run
  local pid
  printf '%-12s %s\n' cluster "$NAME" state "$STATE"
  if ! pid=$(node_process); then
    printf '%-12s %s\n' runs no
    return 1
  fi
  printf '%-12s %s\n' node "$NODE_IP" machine "$MACHINE_IP (as pods see it)" api "https://$NODE_IP:6443" \
    registry "$REGISTRY" features "$(tr '\n' ' ' <"$STATE/features")" versions "$(versions)" logs "$STATE/logs" audit "$STATE/logs/audit.log"
  printf '\n'
  ps --ppid "$pid" -o pid,etime,rss,comm | sed 's/^/  /'
  printf '\n'
  cluster_is_ready
}

versions() {
  printf 'kubernetes %s, etcd %s, containerd %s, runc %s, coredns %s' \
    "$(pinned_version kubernetes k8s.io/kubernetes)" "$(pinned_version etcd go.etcd.io/etcd/server/v3)" \
    "$(pinned_version containerd github.com/containerd/containerd/v2)" \
    "$(pinned_version runc github.com/opencontainers/runc)" "$(pinned_version coredns github.com/coredns/coredns)"
}

cluster_is_ready() {
  local check ready=0
  for check in registry_answers api_is_ready node_is_ready account_exists names_resolve; do
    if "$check"; then printf '%-12s %s\n' yes "${check//_/ }"; else
      printf '%-12s %s\n' NO "${check//_/ }"
      ready=1
    fi
  done
  return "$ready"
}

show_environment() {
  [[ -f $KUBECONFIG && -n ${REGISTRY-} ]] || die "there is no cluster '$NAME': start it with: hack/cluster up --name $NAME"
  assignment KUBECONFIG "$KUBECONFIG"
  assignment STAVES_REGISTRY "$REGISTRY"
  assignment STAVES_TEST_STAGE3 "$(test_image stage3)"
  assignment STAVES_TEST_TREE "$(test_image tree)"
  assignment STAVES_TEST_MIRROR "$(test_image mirror)"
  assignment STAVES_MACHINE_ADDRESS "$MACHINE_IP"
  assignment STAVES_AUDIT_LOG "$STATE/logs/audit.log"
  assignment STAVES_CLUSTER "$NAME"
  assignment STAVES_CLUSTER_STATE "$STATE"
  assignment STAVES_WATCH_LIST "$(feature watch_list)"
  # Once is enough, however often this is evaluated. The second folder has kubectl-staves, once the release preset was built.
  # shellcheck disable=SC2016
  printf 'case $PATH: in %q:*) ;; *) export PATH=%q:%q:$PATH ;; esac\n' "$BIN" "$BIN" "$(realpath -m "$PARTS/../../build/release/controller/bin")"
}

assignment() { printf 'export %s=%q\n' "$1" "$2"; }

test_image() { # WHICH: the reference, with digest, of what was last pushed as staves-test/WHICH; nothing if nothing was
  local tags=$STATE/registry/docker/registry/v2/repositories/staves-test/$1/_manifests/tags newest='' link
  for link in "$tags"/*/current/link; do
    if [[ -z $newest || $link -nt $newest ]]; then newest=$link; fi
  done
  if [[ -n $newest ]]; then printf '%s/staves-test/%s@%s' "$REGISTRY" "$1" "$(<"$newest")"; fi
}
