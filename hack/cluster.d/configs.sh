# shellcheck shell=bash
# Configuration files of the node's programs. Inside the node the state folder is /run/staves.

write_configs() {
  mkdir -p "$STATE"/{cni,config,logs,run,registry,etcd,kubelet,containerd,cni-state,pod-logs,volumes,"certs.d/$REGISTRY"}
  : >"$STATE/config/resolv.conf" # empty: the machine's name servers are no business of pods
  printf 'server = "http://%s"\n' "$REGISTRY" >"$STATE/certs.d/$REGISTRY/hosts.toml"
  containerd_config >"$STATE/config/containerd.toml"
  bridge_config >"$STATE/cni/10-staves.conflist"
  kubelet_config >"$STATE/config/kubelet.yaml"
  proxy_config >"$STATE/config/proxy.yaml"
  registry_config >"$STATE/config/registry.yaml"
  audit_policy >"$STATE/config/audit.yaml"
  # What the node's pid 1 reads: plain assignments.
  cat >"$STATE/config/node.env" <<ENV
NODE=$NODE
NODE_IP=$NODE_IP
FEATURE_GATES=ImageVolume=$(as_bool "$(feature image_volumes)"),UserNamespacesSupport=$(as_bool "$(feature user_namespaces)"),WatchList=$(as_bool "$(feature watch_list)")
ENV
}

as_bool() { if [[ $1 == on ]]; then printf true; else printf false; fi; }

containerd_config() {
  cat <<TOML
version = 3
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
address = "/run/containerd/containerd.sock"

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "$REGISTRY/staves-cluster/pause:pinned"

[plugins."io.containerd.cri.v1.images".registry]
config_path = "/run/staves/certs.d"

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = "/run/staves/cni"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
SystemdCgroup = false
BinaryName = "/run/staves-bin/runc"
TOML
}

bridge_config() {
  cat <<'JSON'
{"cniVersion": "1.0.0", "name": "staves", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.244.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
JSON
}

kubelet_config() {
  cat <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 0.0.0.0
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: /run/staves/pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: /run/staves/pki/kubelet.crt
tlsPrivateKeyFile: /run/staves/pki/kubelet.key
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: $(cgroup_root)
enforceNodeAllocatable: []
failSwapOn: false
failCgroupV1: false
clusterDomain: cluster.local
clusterDNS: [10.96.0.10]
resolvConf: /run/staves/config/resolv.conf
serializeImagePulls: false
registryPullQPS: 0
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 512Mi, imagefs.available: 512Mi}
featureGates:
  ImageVolume: $(as_bool "$(feature image_volumes)")
  UserNamespacesSupport: $(as_bool "$(feature user_namespaces)")
YAML
}

proxy_config() { # maxPerCore: that one sysctl cannot be written from a network namespace that is not the first
  cat <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
hostnameOverride: $NODE
clusterCIDR: 10.244.0.0/16
clientConnection: {kubeconfig: /run/staves/proxy.kubeconfig}
conntrack: {maxPerCore: 0}
YAML
}

registry_config() {
  cat <<YAML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: /run/staves/registry}
  delete: {enabled: true}
http:
  addr: ":5000"
  secret: $(openssl rand -hex 16)
YAML
}

audit_policy() {
  cat <<'YAML'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
YAML
}
