#!/usr/bin/env bash
# Compiles the Rego under src/main/rego to one Wasm module; the same input gives the same bytes.
#   policy/build-bundle.sh OPA [TARGET]      TARGET defaults to the module that is committed and shipped
set -euo pipefail

if [[ $# -lt 1 || $# -gt 2 ]]; then
  echo "usage: $0 OPA [TARGET]" >&2
  exit 2
fi
opa=$(command -v "$1") || { echo "policy: no such program: $1" >&2; exit 2; }
[[ "$opa" == /* ]] || opa="$PWD/$opa"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${2:-$here/src/main/resources/io/belvedere/policy/policy.wasm}
[[ "$target" == /* ]] || target="$PWD/$target"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# From this folder, with a relative path: paths are part of what is compiled.
cd "$here"
"$opa" build -t wasm -e belvedere/authz/decision --capabilities capabilities.json -o "$work/bundle.tar.gz" src/main/rego
tar -xzf "$work/bundle.tar.gz" -C "$work" /policy.wasm 2>/dev/null || tar -xzf "$work/bundle.tar.gz" -C "$work" policy.wasm
mkdir -p "$(dirname "$target")"
cp "$work/policy.wasm" "$target"
chmod 644 "$target"
