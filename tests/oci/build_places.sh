# shellcheck shell=bash
# The files that a step finds in its pod, below a folder. Source it.

write_plan() { # FOLDER REGISTRY REPOSITORY COMPRESSION [TREE]
  local none
  none=sha256:$(printf '0%.0s' {1..64})
  mkdir -p "$1"
  jq -n --arg registry "$2" --arg repository "$3" --arg compression "$4" --arg none "$none" --arg tree "${5:-}" --arg place "$1" '{
    namespace: "default", name: "bash", number: 1, attempt: 1, inputsDigest: $none, stage3: "host.test/stage3@\($none)",
    tree: {image: (if $tree == "" then "host.test/tree@\($none)" else $tree end),
           location: (if $tree == "" then "/var/db/repos/gentoo" else "\($place)/trees/\($tree | split(":")[-1])" end), fetch: ($tree != "")},
    packages: ["app-shells/bash"], builderPortage: {}, imagePortage: {}, toolchainLibraries: {}, insecureRegistries: [$registry],
    image: {repository: "\($registry)/\($repository)", tags: ["5.2", "latest"], annotations: {"org.opencontainers.image.title": "bash"},
            labels: {team: "shell"}, compression: $compression},
    config: {entrypoint: ["/bin/bash", "-c"], cmd: ["echo Hello World!"], user: "1000", workingDir: "/root",
             env: [{name: "LANG", value: "C.UTF-8"}], exposedPorts: ["8080/tcp"], volumes: ["/data"], stopSignal: "SIGINT"}}' >"$1/plan"
}

finish_emerge() { # FOLDER [OUTCOME]: what emerge leaves behind when it is done
  mkdir -p "$1/handover/emerge"
  : >"$1/handover/emerge/lock"
  printf '{"outcome":"%s","sourceDateEpoch":1700000000,"packages":3}' "${2:-Succeeded}" >"$1/handover/emerge/done"
}

run_publisher() { # BINARY FOLDER ROOTFS: exit code of the step
  mkdir -p "$2/scratch"
  "$1" --plan "$2/plan" --handover "$2/handover" --rootfs "$3" --scratch "$2/scratch" --push-secret "$2/config.json" \
    --termination-log "$2/result"
}
