# shellcheck shell=bash
# What the machine must offer, said before anything is started.

check_machine() {
  local module
  need_root "the cluster"
  [[ $(uname -s)/$(uname -m) == Linux/x86_64 ]] || die "the cluster runs on Linux on x86_64, this is $(uname -s) on $(uname -m)"
  if command -v modprobe >/dev/null; then
    for module in overlay veth bridge br_netfilter nf_tables nf_conntrack; do modprobe -q "$module" 2>/dev/null || true; done
  fi
  grep -qw overlay /proc/filesystems || die "this kernel has no overlay file system, which containerd needs"
  [[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]] ||
    die "this kernel has no br_netfilter (bridge netfilter), without which Services do not reach pods on one bridge"
  [[ -e /proc/self/ns/net && -e /proc/self/ns/pid ]] || die "this kernel has no network or pid namespaces"
  check_user_namespaces
  need_disk "$STATE" 2048 "the cluster's state"
  if [[ $(stat -f -c %T "$STATE") =~ ^(overlayfs|tmpfs|nfs|fuse.*)$ ]]; then
    say "warning: $STATE lies on $(stat -f -c %T "$STATE"), where containerd may be unable to unpack images; STAVES_STATE chooses another folder"
  fi
}

check_user_namespaces() {
  [[ $(feature user_namespaces) == on ]] || return 0
  [[ -e /proc/self/ns/user && $(</proc/sys/user/max_user_namespaces) -gt 0 ]] ||
    die "user namespaces are off on this machine (user.max_user_namespaces): switch them on, or use --user-namespaces=off"
}
