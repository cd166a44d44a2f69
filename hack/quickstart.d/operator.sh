# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the scripts that source this share their variables with it
# What is the same on any cluster: the operator's image and chart, a builder, an image, a pod that uses it.

use_existing_cluster() {
  local cache_dir=${STAVES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/staves}
  export KUBECONFIG=$kubeconfig PATH=$cache_dir/bin:$PWD/build/release/controller/bin:$PATH
  kubectl version >/dev/null || die "the cluster of $kubeconfig does not answer"
}

make_operator_image() { # sets operator_image
  operator_image=$(hack/operator-image "$registry/staves/operator:$(git rev-parse --short=12 HEAD 2>/dev/null || echo local)")
  say "    $operator_image"
}

install_operator() { # uses operator_image, operator_values
  helm upgrade --install staves charts/staves --namespace staves-system --create-namespace --wait --timeout 120s \
    --set image.reference="$operator_image" --set features.imageVolumes="${image_volumes:-false}" \
    --set features.userNamespaces="${user_namespaces:-false}" >/dev/null
  kubectl -n staves-system get deployment,pod
}

insecure_registries() { # prints the YAML list for a builder's trust
  if [[ $insecure == yes ]]; then printf '["%s"]' "${registry%%/*}"; else printf '[]'; fi
}

apply_samples() {
  kubectl create namespace "$namespace" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
  kubectl apply -n "$namespace" -f - <<YAML
apiVersion: staves.dev/v1alpha1
kind: StavesBuilder
metadata: {name: glibc}
spec:
  stage3: {image: "$stage3"}
  portage:
    snapshot: {image: "$tree"}
    mirrors: $mirrors
  cache: {size: 10Gi}
  trust: {insecureRegistries: $(insecure_registries)}
---
apiVersion: staves.dev/v1alpha1
kind: StavesImage
metadata: {name: bash}
spec:
  builderRef: {name: glibc}
  packages: [app-shells/bash]
  packageConfig:
  - {atom: app-shells/bash, use: [-nls]}
  image: {repository: "$registry/quickstart/bash"}
  config: {entrypoint: [/bin/bash, -c]}
YAML
}

follow_build() { # shows it until it has ended
  timeout 7200 kubectl staves build bash --namespace "$namespace" || die "the image was not built: kubectl staves status bash -n $namespace says why"
}

run_image() {
  local reference said
  reference=$(kubectl -n "$namespace" get stavesimage bash -o 'jsonpath={.status.image.reference}')
  say "    $reference"
  kubectl -n "$namespace" delete pod hello --ignore-not-found --wait >/dev/null
  kubectl -n "$namespace" run hello --image="$reference" --restart=Never -- 'echo Hello World!' >/dev/null
  kubectl -n "$namespace" wait pod/hello --for=jsonpath='{.status.phase}'=Succeeded --timeout=120s >/dev/null
  said=$(kubectl -n "$namespace" logs hello)
  say "    $said"
  [[ $said == 'Hello World!' ]]
}

remove_from_cluster() {
  use_existing_cluster
  kubectl delete namespace "$namespace" --ignore-not-found
  helm uninstall staves --namespace staves-system --ignore-not-found
  kubectl delete namespace staves-system --ignore-not-found
}
