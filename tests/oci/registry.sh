# shellcheck shell=bash
# A docker-registry of Debian on loopback. Source it; stop_registry ends what start_registry began.

registry_pid=
registry_host=

free_port() {
  perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport'
}

start_registry() { # FOLDER [YAML of the auth section]
  local folder=$1 auth=${2:-} try
  mkdir -p "$folder"
  for try in 1 2 3; do
    registry_host=127.0.0.1:$(free_port)
    cat >"$folder/registry.yml" <<YAML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $folder/data}, delete: {enabled: true}}
http: {addr: "$registry_host", secret: loopback}
$auth
YAML
    docker-registry serve "$folder/registry.yml" >"$folder/registry.log" 2>&1 &
    registry_pid=$!
    if wait_for_registry; then return 0; fi
    stop_registry
    printf 'registry: try %s failed\n' "$try" >&2
  done
  cat "$folder/registry.log" >&2
  return 1
}

wait_for_registry() {
  local look
  for look in {1..100}; do
    kill -0 "$registry_pid" 2>/dev/null || return 1
    if (exec 3<>"/dev/tcp/${registry_host%:*}/${registry_host#*:}") 2>/dev/null; then return 0; fi
    sleep 0.05
  done
  printf 'registry: silent after %s looks\n' "$look" >&2
  return 1
}

stop_registry() {
  [[ -n $registry_pid ]] || return 0
  kill "$registry_pid" 2>/dev/null || true
  wait "$registry_pid" 2>/dev/null || true
  registry_pid=
}
