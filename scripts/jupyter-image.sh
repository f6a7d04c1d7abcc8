#!/bin/sh
# Makes the root folder of a JupyterLab image as an archive, from Debian's and Python's packages alone: for tests on
# machines that reach no registry. Run as root on Debian 12; the machine's own package sources are used.
#
#   scripts/jupyter-image.sh ARCHIVE
#
# The image has no settings: start it with `/bin/jupyter-lab`, which listens on 8888 without a token of its own.
set -eu
archive=${1:?usage: jupyter-image.sh ARCHIVE}
version=4.4.10

need() { command -v "$1" >/dev/null || apt-get install -y --no-install-recommends "$2" >&2; }
need debootstrap debootstrap
python3 -m pip --version >/dev/null 2>&1 || apt-get install -y --no-install-recommends python3-pip >&2

mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  grep -v '^ *#' | grep -om1 'https\?://[^ ]*' || echo http://deb.debian.org/debian)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=python3,ca-certificates bookworm "$root" "$mirror" >&2
python3 -m pip install --quiet --root-user-action=ignore --target "$root/opt/jupyter" --no-compile \
  "jupyterlab==$version" >&2
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc
cat > "$root/bin/jupyter-lab" <<'START'
#!/bin/sh
export PYTHONPATH=/opt/jupyter JUPYTERLAB_DIR=/opt/jupyter/share/jupyter/lab JUPYTER_PATH=/opt/jupyter/share/jupyter
export HOME="${HOME:-/root}"
exec python3 -m jupyterlab --ip=0.0.0.0 --port=8888 --allow-root --no-browser --IdentityProvider.token= "$@"
START
chmod +x "$root/bin/jupyter-lab"
mkdir -p "$(dirname "$archive")"
tar -C "$root" -cf "$archive.part" .
mv "$archive.part" "$archive"
