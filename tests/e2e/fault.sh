# shellcheck shell=bash
# shellcheck disable=SC2154  # the script that sources this shares its variables with it
# The fault proxy between the operator's pod and the API server. The proxy has the rights of the operator's own account, so that the audit log
# and the server's refusals say the same as without it. Its files change while it runs, so the pod sees their folder itself.

put_proxy_between() { # FAULT
  local folder=$STAVES_CLUSTER_STATE/fault-proxy upstream=$STAVES_CLUSTER_STATE/fault-proxy.kubeconfig ready token
  hack/build dev fault-proxy
  mkdir -p "$folder"
  token=$(kubectl -n staves-system create token staves --duration=12h)
  kubectl config view --raw --minify --flatten >"$upstream"
  chmod 600 "$upstream"
  kubectl --kubeconfig "$upstream" config set-credentials operator --token="$token" >/dev/null
  kubectl --kubeconfig "$upstream" config set-context --current --user=operator >/dev/null
  exec {proxy_output}< <(KUBECONFIG=$upstream exec python3 tests/e2e/fault.py "$1" "$folder" "$STAVES_MACHINE_ADDRESS")
  proxy=$!
  read -r -t 30 -u "$proxy_output" ready || true
  [[ ${ready-} == ready ]] || die "the fault proxy does not start"
  kubectl -n staves-system patch deployment staves --type json --patch "$(patch_of_pod "$folder")" >/dev/null
  kubectl -n staves-system rollout status deployment/staves --timeout=300s
}

patch_of_pod() { # FOLDER
  local pod=/spec/template/spec
  cat <<JSON
[{"op": "add", "path": "$pod/volumes", "value": [{"name": "fault-proxy", "hostPath": {"path": "$1", "type": "Directory"}}]},
 {"op": "add", "path": "$pod/containers/0/volumeMounts", "value": [{"name": "fault-proxy", "mountPath": "/fault-proxy", "readOnly": true}]},
 {"op": "add", "path": "$pod/containers/0/args/-", "value": "--kubeconfig=/fault-proxy/kubeconfig"},
 {"op": "add", "path": "$pod/containers/0/args/-", "value": "--leader-elect-namespace=staves-system"},
 {"op": "add", "path": "$pod/securityContext", "value": {"runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}}}]
JSON
}

take_proxy_away() { # the operator goes back to the API server itself
  local code=$?
  kubectl -n staves-system rollout undo deployment/staves >/dev/null || true
  kubectl -n staves-system rollout status deployment/staves --timeout=120s >/dev/null || true
  kill "$proxy" 2>/dev/null || exit "$code"
  cat <&"$proxy_output"
  wait "$proxy" || code=1
  exit "$code"
}
