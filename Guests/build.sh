#!/bin/sh
# Builds every guest into build/guests/*.wasm with the Swift toolchain alone.
#
#   Guests/build.sh            everything
#   Guests/build.sh PACKAGE…   only these packages under Guests/ (samples, hostile, …)
#
# Needs swift, and clang and wasm-ld from the same toolchain. Incremental.
set -eu
guests=$(cd "$(dirname "$0")" && pwd)
out=${GUESTS_OUT:-$guests/../build/guests}
mkdir -p "$out"
out=$(cd "$out" && pwd)
. "$guests/toolchain.sh"

[ $# -gt 0 ] || set -- samples hostile
for package; do
    if [ -f "$guests/$package/Package.swift" ]; then
        build_swift_package "$guests/$package" "$out"
    fi
    if [ -d "$guests/$package/programs" ]; then
        build_c_programs "$guests/$package/programs" "$out/$package"
    fi
    if [ -f "$guests/$package/generate.py" ]; then
        if newer_than "$out/$package/.generated" "$guests/$package/generate.py" \
            "$out/$package/terminal.wasm"; then
            python3 "$guests/$package/generate.py" "$out/$package"
            : >"$out/$package/.generated"
        fi
    fi
done
