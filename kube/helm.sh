#!/usr/bin/env bash
# Helm, which renders the chart in deploy/helm, as ./build.sh made it. Its arguments are Helm's.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[[ -e $cache/stamp ]] || die "run $here/build.sh first"
exec "$cache/bin/helm" "$@"
