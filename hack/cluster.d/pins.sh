# shellcheck shell=bash
# What is built from source, one line a program. Versions stand in modules/<module>/go.mod and nowhere else.

# Fetched when the machine has no Go that is new enough for the modules.
# shellcheck disable=SC2034
GO_BOOTSTRAP=go1.26.8

# name | module folder | package | module that gives the version | variable that takes it | CGO | build tags
# Small tools that other work waits for stand first.
pinned_programs() {
  local k8s=k8s.io/kubernetes
  local k8s_version=k8s.io/component-base/version.gitVersion
  local containerd=github.com/containerd/containerd/v2
  local crane=github.com/google/go-containerregistry
  cat <<TABLE
crane|crane|$crane/cmd/crane|$crane|$crane/cmd/crane/cmd.Version|0|
kubectl|kubernetes|$k8s/cmd/kubectl|$k8s|$k8s_version|0|
kube-apiserver|kubernetes|$k8s/cmd/kube-apiserver|$k8s|$k8s_version|0|
etcd|etcd|go.etcd.io/etcd/server/v3|go.etcd.io/etcd/server/v3||0|
kube-controller-manager|kubernetes|$k8s/cmd/kube-controller-manager|$k8s|$k8s_version|0|
kube-scheduler|kubernetes|$k8s/cmd/kube-scheduler|$k8s|$k8s_version|0|
kubelet|kubernetes|$k8s/cmd/kubelet|$k8s|$k8s_version|0|
kube-proxy|kubernetes|$k8s/cmd/kube-proxy|$k8s|$k8s_version|0|
containerd|containerd|$containerd/cmd/containerd|$containerd|$containerd/version.Version|0|no_btrfs no_devmapper no_zfs
containerd-shim-runc-v2|containerd|$containerd/cmd/containerd-shim-runc-v2|$containerd|$containerd/version.Version|0|
ctr|containerd|$containerd/cmd/ctr|$containerd|$containerd/version.Version|0|no_btrfs no_devmapper no_zfs
runc|runc|github.com/opencontainers/runc|github.com/opencontainers/runc||1|seccomp
helm|helm|helm.sh/helm/v3/cmd/helm|helm.sh/helm/v3|helm.sh/helm/v3/internal/version.version|0|
coredns|coredns|github.com/coredns/coredns|github.com/coredns/coredns||0|
TABLE
}

pinned_version() { # MODULE_FOLDER MODULE
  awk -v m="$2" '$1 == m { print $2; exit } $1 == "require" && $2 == m { print $3; exit }' "$MODULES/$1/go.mod"
}
