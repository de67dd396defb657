#!/bin/sh
# Builds the examples that are written in Swift, with the Swift toolchain alone: each becomes
# examples/NAME/NAME.wasm, beside its manifest.
set -eu
examples=$(cd "$(dirname "$0")" && pwd)
guests=$(cd "$examples/../Guests" && pwd)
out=$examples/../build/examples
mkdir -p "$out"
out=$(cd "$out" && pwd)
. "$guests/toolchain.sh"
build_swift_package "$examples" "$out"
for program in wordcount webpage intersection; do
    cmp -s "$out/$program.wasm" "$examples/$program/$program.wasm" ||
        cp "$out/$program.wasm" "$examples/$program/$program.wasm"
done
