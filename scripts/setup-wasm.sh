#!/usr/bin/env bash
# Make `cargo build --target wasm32-unknown-unknown` work. Idempotent: does nothing when it already does.
#   1. the active toolchain has the target (rustup, Nix, a distribution ...)  -> nothing to do
#   2. `rustup target add`, the standard way on a machine with internet       -> done
#   3. else, on Debian: build std for wasm32 once, with Debian's newer compiler and its sources,
#      into a private toolchain that rustup knows as "debian-wasm"
# Prints on standard output only the name to give as RUSTUP_TOOLCHAIN for wasm builds (empty: the default).
set -euo pipefail
target=wasm32-unknown-unknown
name=debian-wasm
home=${WASM_TOOLCHAIN_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/$name}

say() { printf 'setup-wasm: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@" >&2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'fn main() { println!("{:?}", std::env::args()); }' >"$work/probe.rs"
# Compile and link a program with std: the only proof that counts, whoever installed the target.
works() { "$@" --target $target -o "$work/probe.wasm" "$work/probe.rs" >/dev/null 2>&1; }

works rustc && { say "nothing to do"; exit 0; }
command -v rustup >/dev/null || die "needs rustup, or a toolchain that has $target"
works rustup run $name rustc && { say "using toolchain $name"; echo $name; exit 0; }
if RUST_BACKTRACE=0 timeout "${RUSTUP_TIMEOUT:-120}" rustup target add $target >&2 && works rustc; then
  say "added by rustup"; exit 0
fi

command -v apt-get >/dev/null || die "rustup could not add $target; run 'rustup target add $target' when online"
say "rustup could not add $target: building its std from Debian's packages (about a minute, once)"
apt update || true
apt install -y --no-install-recommends rustc-web rust-web-src
lld=$(find "$(rustc --print sysroot)/lib/rustlib" -name rust-lld | head -n1)
[ -n "$lld" ] || { apt install -y --no-install-recommends lld-22; lld=/usr/bin/wasm-ld-22; }

mkdir -p "$work/src" && : >"$work/src/lib.rs"
printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[profile.release]\ncodegen-units = 1\n' >"$work/Cargo.toml"
# embed-bitcode: without it the project could not use `lto = true`.
(cd "$work" && RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Cembed-bitcode=yes' CARGO_TARGET_DIR="$work/t" \
  cargo build --quiet --release --target $target -Zbuild-std=std,panic_abort,test >&2)

host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
rm -rf "$home" && mkdir -p "$home/bin" "$home/lib/rustlib/$target/lib" "$home/lib/rustlib/$host/bin"
cp "$work/t/$target/release/deps/"*.rlib "$home/lib/rustlib/$target/lib/"
rm -f "$home/lib/rustlib/$target/lib/libempty"*
ln -s "/usr/lib/rustlib/$host/lib" "$home/lib/rustlib/$host/lib"
ln -s "$lld" "$home/lib/rustlib/$host/bin/rust-lld"
printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$home" >"$home/bin/rustc"
chmod +x "$home/bin/rustc"
rustup toolchain link $name "$home" >&2
works rustup run $name rustc || die "the toolchain built in $home does not work"
say "built toolchain $name: $(/usr/bin/rustc -V)"
echo $name
