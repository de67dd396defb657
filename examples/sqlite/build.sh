#!/bin/sh
# Makes examples/sqlite/sqlite3.wasm: SQLite's shell from Debian's source package, compiled with
# Debian's C library for WASI (apt's sources must be reachable; nothing is installed).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
workload=$here/../../Benchmarks/Workloads/sqlite
build=$here/../../build/benchmarks
if [ ! -f "$build/sqlite/sqlite-shell.wasm" ]; then
    "$workload/fetch.sh" "$build/sqlite-sources"
    "$workload/build.sh" "$build/sqlite-sources" "$build/sqlite" .wasm
fi
cp "$build/sqlite/sqlite-shell.wasm" "$here/sqlite3.wasm"
