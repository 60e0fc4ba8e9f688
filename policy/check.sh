#!/usr/bin/env bash
# Everything about the Rego that CI checks: format, strict compilation, tests with full coverage, and that the committed
# Wasm module is what the committed Rego compiles to.
#   policy/check.sh OPA        OPA is the opa binary, 1.22.2 (the version is part of what is compiled)
set -euo pipefail

opa_version=1.22.2

if [[ $# -ne 1 ]]; then
  echo "usage: $0 OPA" >&2
  exit 2
fi
opa=$(command -v "$1") || { echo "policy: no such program: $1" >&2; exit 2; }
[[ "$opa" == /* ]] || opa="$PWD/$opa"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

found=$("$opa" version | sed -n 's/^Version: //p')
if [[ "$found" != "$opa_version" ]]; then
  echo "policy: needs opa $opa_version, and $opa is ${found:-of an unknown version}" >&2
  exit 2
fi

if ! "$opa" fmt --fail --list src/main/rego src/test/rego src/test/rego-odd; then
  echo "policy: the files above are not formatted; run: $opa fmt --write $here/src/main/rego $here/src/test/rego $here/src/test/rego-odd" >&2
  exit 1
fi

"$opa" check --strict --capabilities capabilities.json src/main/rego
"$opa" check --strict src/main/rego src/test/rego

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The list of capabilities must bite: a policy that asks for a clock, which the engine lacks, fails here and not at night.
printf 'package clock\n\nlate if time.now_ns() > 0\n' >"$work/clock.rego"
if "$opa" check --capabilities capabilities.json "$work/clock.rego" >/dev/null 2>&1; then
  echo "policy: capabilities.json lets a policy use time.now_ns, which the Wasm engine does not have" >&2
  exit 1
fi

"$opa" test src/main/rego src/test/rego
coverage=$work/coverage.json
if ! "$opa" test --coverage --threshold 100 src/main/rego src/test/rego >"$coverage" 2>&1; then
  cat "$coverage" >&2
  echo "policy: every line of Rego is run by a test; the report above says which is not" >&2
  exit 1
fi

# compare SOURCE COMMITTED: fails where the committed module is not what the source compiles to.
compare() {
  ./build-bundle.sh "$opa" "$1" "$work/policy.wasm"
  if ! cmp -s "$work/policy.wasm" "$2"; then
    echo "policy: $2 is not what $1 compiles to; run: $here/build-bundle.sh $opa $1 $here/$2" >&2
    exit 1
  fi
}
compare src/main/rego src/main/resources/io/belvedere/policy/policy.wasm
compare src/test/rego-odd src/test/resources/io/belvedere/policy/odd.wasm
echo "policy: format, strict check, tests, full coverage and the committed modules are right"
