# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the scripts that source this share their variables with it
# The local cluster, and the images that stand in for Gentoo's own where the machine has no way to them.

build_test_images() {
  tests/stage3/build >/dev/null
  tests/tree/build >/dev/null
}

use_local_cluster() { # sets the environment of kubectl, registry, stage3, tree, mirrors and what the cluster can
  local environment references
  image_volumes=true user_namespaces=true
  # In two steps: a failure inside of eval's argument would leave kubectl with whatever cluster it knew before.
  environment=$(hack/cluster env --name "$cluster")
  eval "$environment"
  references=$(tests/stage3/publish "$STAVES_REGISTRY")
  eval "$references"
  registry=$STAVES_REGISTRY
  stage3=$STAVES_TEST_STAGE3
  tree=$STAVES_TEST_TREE
  insecure=yes
  serve_sources "$STAVES_TEST_MIRROR"
}

# Source archives come from a mirror in the cluster: its pods have no way to the outside.
serve_sources() { # IMAGE
  sed "s|@IMAGE@|$1|g" tests/tree/mirror.yaml | kubectl apply -f - >/dev/null
  kubectl -n staves-test-mirror rollout status deployment/mirror --timeout=120s
  mirrors='["http://mirror.staves-test-mirror.svc.cluster.local"]'
}
