#!/usr/bin/env bash
# Everything `make test` checks: build, lint, unit tests, and the suites that run real programs.
# The last line counts steps: `N passed, M failed`.
set -uo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
scratch=.build/testing
martlet=$scratch/release/martlet
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

# The release build, with internal declarations visible to the tests.
build=("$swift" build -c release -Xswiftc -enable-testing --scratch-path "$scratch")
step "build" "${build[@]}" --build-tests
step "build of the command" "${build[@]}" --product martlet
step "build of the keep" "${build[@]}" --product martlet-keep
step "build of the simulated TEE" "${build[@]}" --product martlet-simtee
if [ "$failed" -ne 0 ]; then
    echo "0 passed, $failed failed"
    exit 1
fi
step "format" "$swift" format lint --strict -r Sources Tests Fuzz Benchmarks Guests Package.swift
step "unit tests" "$swift" test -c release -Xswiftc -enable-testing --scratch-path "$scratch" \
    --skip-build
step "guests" Guests/build.sh
step "WASI suite's programs" Tests/WASISuite/build.sh
needs_shared "the standard's suite" "$martlet" wast \
    "$shared/testsuite/core" "$shared/testsuite/legacy" \
    "$shared/testsuite/proposals/threads" "$shared/testsuite/custom"
step "WASI suite on host directories" \
    Tests/WASISuite/run.py --quiet --command "$PWD/$martlet run"
step "WASI suite in memory" \
    Tests/WASISuite/run.py --quiet --trees memory --command "$PWD/$martlet run"
step "WASI suite in a vault" \
    Tests/WASISuite/run.py --quiet --trees vault --command "$PWD/$martlet run"
shell=build/benchmarks/sqlite/sqlite-shell.wasm
if [ -f "$shell" ]; then
    step "SQLite in a vault, killed at random" \
        Tests/VaultKill/kill.py "$shell" --rounds 12 --rows 3000 --command "$PWD/$martlet"
else
    skipped=$((skipped + 1))
    echo "==> SQLite in a vault, killed at random: SKIPPED, no $shell (make torture builds it)"
fi
step "samples" Guests/samples/check.py --command "$PWD/$martlet run"
step "signals" Tests/Signals/check.py --command "$PWD/$martlet run"
step "keeps under attack" Tests/Hostile/run.py "$(dirname "$martlet")"
step "process and machine" Tests/EndToEnd/machine.sh "$(dirname "$martlet")"
step "hostile guests" Guests/hostile/run.py --quiet --command "$PWD/$martlet run"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
