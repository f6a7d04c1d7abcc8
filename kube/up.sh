#!/usr/bin/env bash
# Starts etcd (on a socket), kube-apiserver, kube-controller-manager and KWOK (on free loopback ports), waits for them, and
# prints export lines: vars=$(./up.sh) && eval "$vars". Its files lie in a new folder, $BERTH_KUBE_DIR; ./down.sh stops it.
# kube-scheduler is prepared but not started (./fault.sh start kube-scheduler). BERTH_KUBE_GRACE: after how many seconds
# without a heartbeat a node counts as lost (20; every node renews its lease four times in that time). BERTH_KUBE_API_FLAGS:
# more words for kube-apiserver.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[[ -e $cache/stamp ]] || die "run $here/build.sh first"
bin=$cache/bin
BERTH_KUBE_DIR=$(mktemp -d "${TMPDIR:-/tmp}/berth-kube.XXXXXX")
export BERTH_KUBE_DIR
dir=$BERTH_KUBE_DIR
trap '[[ $? == 0 ]] || BERTH_KUBE_KEEP=1 "$here/down.sh"' EXIT

# A free port below the range from which the kernel takes the ports of outgoing connections.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)) && (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# part NAME ARGUMENT…: writes the command line of a part.
part() {
  printf '#!/bin/sh\nexec' >"$dir/$1.run"
  printf ' %q' "$bin/$1" "${@:2}" >>"$dir/$1.run"
  chmod +x "$dir/$1.run"
}

# Writes the kubeconfig file $1 for the bearer token $2.
kubeconfig() {
  cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: testbed
clusters: [{name: testbed, cluster: {server: "$server", certificate-authority: "$dir/ca.crt"}}]
users: [{name: testbed, user: {token: "$2"}}]
contexts: [{name: testbed, context: {cluster: testbed, user: testbed}}]
YAML
}

api_port=$(free_port) kubelet_port=$(free_port)
server=https://127.0.0.1:$api_port grace=${BERTH_KUBE_GRACE:-20}
admin=$dir/admin.kubeconfig berth=$dir/berth.kubeconfig
token=$(openssl rand -hex 16)
echo "$token,admin,admin,system:masters" >"$dir/tokens.csv"
openssl genrsa -out "$dir/sa.key" 2048 2>/dev/null
ec=(-x509 -days 9 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256)
openssl req "${ec[@]}" -subj /CN=testbed-ca -keyout "$dir/ca.key" -out "$dir/ca.crt" 2>/dev/null
openssl req "${ec[@]}" -subj /CN=127.0.0.1 -keyout "$dir/server.key" -out "$dir/server.crt" -CA "$dir/ca.crt" \
  -CAkey "$dir/ca.key" -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE 2>/dev/null

read -ra api_flags <<<"${BERTH_KUBE_API_FLAGS:-}"
part etcd --name=testbed --data-dir="$dir/etcd" --unsafe-no-fsync --log-level=warn \
  --listen-client-urls="unix://$dir/etcd.sock" --advertise-client-urls="unix://$dir/etcd.sock" \
  --listen-peer-urls="unix://$dir/peer.sock" --initial-advertise-peer-urls="unix://$dir/peer.sock" \
  --initial-cluster="testbed=unix://$dir/peer.sock"
part kube-apiserver --etcd-servers="unix://$dir/etcd.sock" \
  --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$api_port" \
  --tls-cert-file="$dir/server.crt" --tls-private-key-file="$dir/server.key" \
  --service-cluster-ip-range=10.96.0.0/16 --endpoint-reconciler-type=none --allow-privileged \
  --authorization-mode=RBAC --token-auth-file="$dir/tokens.csv" \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-key-file="$dir/sa.key" --service-account-signing-key-file="$dir/sa.key" \
  --kubelet-preferred-address-types=InternalIP \
  --audit-policy-file="$here/audit.yaml" --audit-log-path="$dir/audit.jsonl" \
  --default-not-ready-toleration-seconds=2 --default-unreachable-toleration-seconds=2 "${api_flags[@]}"
part kube-controller-manager --kubeconfig="$admin" --leader-elect=false --secure-port=0 \
  --root-ca-file="$dir/ca.crt" --flex-volume-plugin-dir="$dir/flex" \
  --service-account-private-key-file="$dir/sa.key" \
  --kube-api-qps=500 --kube-api-burst=1000 --pvclaimbinder-sync-period=1s \
  --node-monitor-period=1s --node-monitor-grace-period="${grace}s" --node-startup-grace-period="${grace}s"
part kube-scheduler --kubeconfig="$admin" --leader-elect=false --secure-port=0 --kube-api-qps=500 --kube-api-burst=1000
stages=("$cache"/kwok/stage/{node/fast/node-initialize,node/heartbeat-with-lease/node-heartbeat-with-lease,pod/fast/pod-ready,pod/fast/pod-delete}.yaml
  "$cache"/kwok/stage/volume/fast/{pv-bind,pv-delete,pvc-provision,pvc-delete}.yaml "$here/stages.yaml")
part kwok --kubeconfig="$admin" --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake \
  "${stages[@]/#/--config=}" --node-lease-duration-seconds="$grace" --cidr=10.1.0.1/16 \
  --node-ip=127.0.0.1 --node-port="$kubelet_port" --server-address="127.0.0.1:$kubelet_port" \
  --tls-cert-file="$dir/server.crt" --tls-private-key-file="$dir/server.key" \
  --enable-crds=Logs,ClusterLogs,Exec,ClusterExec,PortForward,ClusterPortForward

kubeconfig "$admin" "$token"
start etcd
start kube-apiserver
wait_for 60 kube-apiserver curl -sf --cacert "$dir/ca.crt" "$server/readyz"
kubectl() { "$bin/kubectl" --kubeconfig="$admin" "$@"; }
start kube-controller-manager
kubectl create -f "$cache/kwok/crd/bases" >/dev/null
start kwok
kubectl create -f "$cache/kwok/stage/volume/fast/storage-class.yaml" -f "${BERTH_KUBE_RBAC:-$here/../deploy/kubernetes/rbac.yaml}" >/dev/null
wait_for 30 kube-controller-manager kubectl get -n default serviceaccount/default configmap/kube-root-ca.crt
wait_for 30 kwok curl -sf --cacert "$dir/ca.crt" "https://127.0.0.1:$kubelet_port/healthz"
kubeconfig "$berth" "$(kubectl create token berth -n berth-system --duration=24h)"

cat <<EXPORT
export BERTH_KUBE_DIR=$dir
export BERTH_KUBE_KUBECTL=$bin/kubectl
export BERTH_KUBE_ADMIN_CONFIG=$admin
export BERTH_KUBE_CONFIG=$berth
EXPORT
