# shellcheck shell=bash
# Keys, certificates and kubeconfigs of one cluster.

make_certificates() {
  local pki=$STATE/pki
  if [[ -f $pki/complete ]]; then return 0; fi
  rm -rf "$pki"
  mkdir -p "$pki"
  chmod 700 "$pki"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=staves-$NAME" \
    -keyout "$pki/ca.key" -out "$pki/ca.crt" 2>/dev/null
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/service-accounts.key" 2>/dev/null
  certificate apiserver /CN=kube-apiserver \
    "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:10.96.0.1,IP:$NODE_IP"
  certificate kubelet "/O=system:nodes/CN=system:node:$NODE" "DNS:$NODE,IP:127.0.0.1,IP:$NODE_IP"
  certificate admin /O=system:masters/CN=admin
  certificate apiserver-to-kubelet /O=system:masters/CN=apiserver-to-kubelet
  certificate controller-manager /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  touch "$pki/complete"
}

certificate() { # NAME SUBJECT [SUBJECT_ALTERNATIVE_NAMES]
  local at=$STATE/pki/$1
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$at.key" -out "$at.csr" 2>/dev/null
  openssl x509 -req -in "$at.csr" -CA "$STATE/pki/ca.crt" -CAkey "$STATE/pki/ca.key" -CAcreateserial -days 365 -out "$at.crt" \
    -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n%s\n' "${3:+subjectAltName=$3}") 2>/dev/null
  rm -f "$at.csr"
}

make_kubeconfigs() {
  local who
  for who in admin controller-manager scheduler kubelet proxy; do kubeconfig "$who" >"$STATE/$who.kubeconfig.new"; done
  for who in admin controller-manager scheduler kubelet proxy; do
    chmod 600 "$STATE/$who.kubeconfig.new"
    mv "$STATE/$who.kubeconfig.new" "$STATE/$who.kubeconfig"
  done
}

kubeconfig() { # WHO: with everything inside, so that the file can be copied elsewhere
  cat <<YAML
apiVersion: v1
kind: Config
current-context: staves-$NAME
clusters:
- name: staves-$NAME
  cluster:
    server: https://$NODE_IP:6443
    certificate-authority-data: $(base64 -w0 "$STATE/pki/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$STATE/pki/$1.crt")
    client-key-data: $(base64 -w0 "$STATE/pki/$1.key")
contexts:
- name: staves-$NAME
  context: {cluster: staves-$NAME, user: $1}
YAML
}
