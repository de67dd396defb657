#!/bin/sh
# Builds the suite's programs into build/wasi-suite/*.wasm. Needs the Swift toolchain only.
set -eu
suite=$(cd "$(dirname "$0")" && pwd)
guests=$(cd "$suite/../../Guests" && pwd)
out=${WASI_SUITE_OUT:-$suite/../../build/wasi-suite}
mkdir -p "$out"
out=$(cd "$out" && pwd)
. "$guests/toolchain.sh"
build_c_programs "$suite/c" "$out"
if [ -f "$suite/swift/Package.swift" ]; then build_swift_package "$suite/swift" "$out"; fi
