#!/usr/bin/env bash
# Everything `make test` checks: build, lint, unit tests, and the suites that run real programs.
# The last line counts steps: `N passed, M failed`.
set -uo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
products=.build/release
martlet=$products/martlet
shared=${MARTLET_SHARED:-$PWD/../shared}
export MARTLET_SHARED=$shared
passed=0
failed=0
skipped=0

# step NAME COMMAND…: runs one step, shows its time, counts it.
step() {
    local name=$1
    shift
    echo "==> $name"
    local start=$SECONDS
    if "$@"; then
        passed=$((passed + 1))
        echo "<== $name: passed in $((SECONDS - start)) s"
    else
        failed=$((failed + 1))
        echo "<== $name: FAILED after $((SECONDS - start)) s"
    fi
}

# needs_shared NAME COMMAND…: a step that reads other people's suites from MARTLET_SHARED.
needs_shared() {
    if [ -d "$shared/testsuite" ]; then
        step "$@"
    else
        skipped=$((skipped + 1))
        echo "==> $1: SKIPPED, $shared is absent (set MARTLET_SHARED)"
    fi
}

# needs_machines NAME COMMAND…: a step in emulated machines: needs QEMU and a kernel to start in them.
needs_machines() {
    if [ -x "${QEMU:-/usr/bin/qemu-system-x86_64}" ] && [ -e build/kernel/cloud/vmlinuz ]; then
        step "$@"
    else
        skipped=$((skipped + 1))
        echo "==> $1: SKIPPED, no QEMU, or no kernel (Scripts/kernel.sh cloud)"
    fi
}

# What is tried in emulated machines, and the firmware that measurements are compared with.
Scripts/setup.sh qemu-system-x86 ovmf
build=("$swift" build -c release)
step "build" "${build[@]}" --build-tests
for product in martlet martlet-keep martlet-simtee; do
    step "build of $product" "${build[@]}" --product "$product"
done
if [ "$failed" -ne 0 ]; then
    echo "0 passed, $failed failed"
    exit 1
fi
step "format" "$swift" format lint --strict -r Sources Tests Fuzz Benchmarks \
    Guests examples Package.swift
step "unit tests" "$swift" test -c release --skip-build
step "benchmark harness" "$swift" test --package-path Benchmarks/Harness
step "guests" Guests/build.sh
step "WASI suite's programs" Tests/WASISuite/build.sh
for engine in interpreter single-pass; do
    needs_shared "the standard's suite, $engine" "$martlet" wast --engine "$engine" \
        "$shared/testsuite/core" "$shared/testsuite/legacy" \
        "$shared/testsuite/proposals/threads" "$shared/testsuite/custom"
done
step "WASI suite on host directories" \
    Tests/WASISuite/run.py --quiet --command "$PWD/$martlet run"
step "WASI suite in memory" \
    Tests/WASISuite/run.py --quiet --trees memory --command "$PWD/$martlet run"
step "WASI suite in a vault" \
    Tests/WASISuite/run.py --quiet --trees vault --command "$PWD/$martlet run"
sqlite=build/benchmarks/sqlite
shell=$sqlite/sqlite-shell.wasm
if [ ! -f "$shell" ]; then
    Benchmarks/Workloads/sqlite/fetch.sh "$sqlite-sources" \
        && Benchmarks/Workloads/sqlite/build.sh "$sqlite-sources" "$sqlite" .wasm
fi
if [ -f "$shell" ]; then
    step "SQLite in a vault, killed at random" \
        Tests/VaultKill/kill.py "$shell" --rounds 12 --rows 3000 --command "$PWD/$martlet"
else
    skipped=$((skipped + 1))
    echo "==> SQLite in a vault, killed at random: SKIPPED, Debian's sources of SQLite can not be had"
fi
step "samples" Guests/samples/check.py --command "$PWD/$martlet run"
step "signals" Tests/Signals/check.py --command "$PWD/$martlet run"
step "images that change" Tests/Images/check.py --command "$PWD/$martlet"
step "keeps under attack" Tests/Hostile/run.py "$products" middle kills leaks guests
Scripts/kernel.sh cloud
needs_machines "machines under attack" \
    Tests/Hostile/run.py "$products" machine-kills machine-leaks machines
needs_machines "process and machine" Tests/EndToEnd/machine.sh "$products"
step "hostile guests" Guests/hostile/run.py --quiet --command "$PWD/$martlet run"
step "a keep, from start to receipt" Scripts/demonstrate.sh "$products"
step "the README's six commands" Tests/EndToEnd/readme.sh "$products"
step "attacks on a keep" Tests/Hostile/keep.sh "$products"
step "examples" examples/build.sh
[ -f "$shell" ] && step "SQLite for a keep" examples/sqlite/build.sh
step "examples in keeps" Tests/EndToEnd/examples.sh "$products"
LAUNCHER=vm needs_machines "examples in machines" \
    Tests/EndToEnd/examples.sh "$products" hello webpage

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
