# shellcheck shell=bash
# The node's network: a namespace, a link to the machine, and a fence so that nothing inside reaches farther.

make_network() {
  local n
  mkdir -p "$STATE" /run/lock
  # Choosing a network and taking it is one step for all clusters of the machine.
  exec {network_lock}>/run/lock/staves-cluster-networks
  flock "$network_lock"
  n=$(choose_subnet)
  set_addresses "$n"
  printf '%s\n' "$n" >"$STATE/subnet"
  ip netns add "$NETNS" || die "cannot make the network namespace $NETNS: does this kernel allow it here?"
  ip link add "$LINK" type veth peer name eth0 netns "$NETNS" || die "cannot make a veth link: is veth in this kernel?"
  ip link set dev "$LINK" alias "$LINK_ALIAS"
  exec {network_lock}>&-
  sysctl -qw "net.ipv6.conf.$LINK.disable_ipv6=1" 2>/dev/null || true
  ip addr add "$MACHINE_IP/24" dev "$LINK"
  ip link set "$LINK" up
  ip netns exec "$NETNS" sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1 2>/dev/null || true
  ip -n "$NETNS" link set lo up
  ip -n "$NETNS" addr add "$NODE_IP/24" dev eth0
  ip -n "$NETNS" link set eth0 up
  # kubelet and kube-proxy want a default route; the fence sees to it that it leads nowhere.
  ip -n "$NETNS" route add default via "$MACHINE_IP"
  ip netns exec "$NETNS" nft -f - <<RULES || die "cannot load nftables rules: is nf_tables in this kernel?"
table inet staves_fence {
  chain forward { type filter hook forward priority filter - 10; policy accept
    oifname "eth0" ip daddr != 10.90.$n.0/24 reject with icmpx admin-prohibited
  }
  chain output { type filter hook output priority filter - 10; policy accept
    oifname "eth0" ip daddr != 10.90.$n.0/24 reject with icmpx admin-prohibited
  }
}
RULES
}

remove_network() {
  local mine
  # A namespace may outlive its name for a while, and would keep the link: the link goes first.
  while read -r mine; do ip link del "$mine" 2>/dev/null || true; done < <(links_of_this_cluster)
  if [[ -e /run/netns/$NETNS ]]; then ip netns del "$NETNS"; fi
}
