#!/usr/bin/env bash
# Says where Helm is, which renders the chart in deploy/helm; builds it where it is not there (once; four minutes of CPU).
set -euo pipefail
version=4.3.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth/helm-$version
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [[ ! -x $cache/helm ]]; then
  echo "helm: builds Helm $version into $cache (once)" >&2
  export GOMODCACHE=$cache/go/mod GOCACHE=$cache/go/build GOFLAGS=-modcacherw CGO_ENABLED=0 GOBIN=$cache/new
  go install -trimpath -ldflags '-s -w' "helm.sh/helm/v4/cmd/helm@v$version" >&2
  mv "$cache/new/helm" "$cache/helm"
  rm -rf "$cache/new" "$cache/go"
fi
echo "$cache/helm"
