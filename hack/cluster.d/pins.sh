# shellcheck shell=bash
# What is built from source: one line a program. Versions stand in modules/<module>/go.mod and nowhere else.

# The toolchain that is fetched when the machine has none that is new enough for the modules.
go_bootstrap=go1.26.8

# name | module folder | package | module that gives the version | variable that takes it | CGO | build tags
# Ordered by who waits for it: small tools that tests want early stand first.
pinned_programs() {
  local k8s=k8s.io/kubernetes
  local kver=k8s.io/component-base/version.gitVersion
  cat <<TABLE
crane|crane|github.com/google/go-containerregistry/cmd/crane|github.com/google/go-containerregistry|github.com/google/go-containerregistry/cmd/crane/cmd.Version|0|
kubectl|kubernetes|$k8s/cmd/kubectl|$k8s|$kver|0|
kube-apiserver|kubernetes|$k8s/cmd/kube-apiserver|$k8s|$kver|0|
etcd|etcd|go.etcd.io/etcd/server/v3|go.etcd.io/etcd/server/v3||0|
kube-controller-manager|kubernetes|$k8s/cmd/kube-controller-manager|$k8s|$kver|0|
kube-scheduler|kubernetes|$k8s/cmd/kube-scheduler|$k8s|$kver|0|
kubelet|kubernetes|$k8s/cmd/kubelet|$k8s|$kver|0|
kube-proxy|kubernetes|$k8s/cmd/kube-proxy|$k8s|$kver|0|
containerd|containerd|github.com/containerd/containerd/v2/cmd/containerd|github.com/containerd/containerd/v2|github.com/containerd/containerd/v2/version.Version|0|no_btrfs no_devmapper no_zfs
containerd-shim-runc-v2|containerd|github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2|github.com/containerd/containerd/v2|github.com/containerd/containerd/v2/version.Version|0|
ctr|containerd|github.com/containerd/containerd/v2/cmd/ctr|github.com/containerd/containerd/v2|github.com/containerd/containerd/v2/version.Version|0|no_btrfs no_devmapper no_zfs
runc|runc|github.com/opencontainers/runc|github.com/opencontainers/runc||1|seccomp
helm|helm|helm.sh/helm/v3/cmd/helm|helm.sh/helm/v3|helm.sh/helm/v3/internal/version.version|0|
coredns|coredns|github.com/coredns/coredns|github.com/coredns/coredns||0|
TABLE
}
