#!/usr/bin/env bash
# Compiles a folder of Rego to one Wasm module; the same input gives the same bytes.
#   policy/build-bundle.sh OPA [SOURCE TARGET]     by default the module that is committed and shipped;
#                                                  SOURCE is a folder below policy/, because paths are compiled too
set -euo pipefail

if [[ $# -ne 1 && $# -ne 3 ]]; then
  echo "usage: $0 OPA [SOURCE TARGET]" >&2
  exit 2
fi
opa=$(command -v "$1") || { echo "policy: no such program: $1" >&2; exit 2; }
[[ "$opa" == /* ]] || opa="$PWD/$opa"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=${2:-src/main/rego}
target=${3:-$here/src/main/resources/io/belvedere/policy/policy.wasm}
[[ "$target" == /* ]] || target="$PWD/$target"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$here"
"$opa" build -t wasm -e belvedere/authz/decision --capabilities capabilities.json -o "$work/bundle.tar.gz" "$source"
tar -xzf "$work/bundle.tar.gz" -C "$work" /policy.wasm 2>/dev/null || tar -xzf "$work/bundle.tar.gz" -C "$work" policy.wasm
mkdir -p "$(dirname "$target")"
cp "$work/policy.wasm" "$target"
chmod 644 "$target"
