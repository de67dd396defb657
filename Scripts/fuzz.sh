#!/usr/bin/env bash
# fuzz.sh [RUNS]: builds each fuzz target with libFuzzer and runs it RUNS times (1,000,000 by default).
# Seeds are the corpora that the tests replay; a finding ends the script and leaves its input.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-1000000}

# fuzz SOURCE SEEDS ROOM…: builds and runs one target.
fuzz() {
    local source=$1 seeds=$2
    shift 2
    echo "==> $source"
    local binary
    binary=$(Fuzz/build "$source" "$@" | tail -n 1)
    mkdir -p "$seeds"
    "$binary" -runs="$runs" -max_len="${longest:-4096}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        "$seeds" 2>&1 | grep -E 'ERROR|SUMMARY|stat::number_of_executed_units|stat::peak_rss_mb'
}

# family FOLDER SEEDS ROOM…: builds a folder of readers once and runs each of them by its name.
family() {
    local folder=$1 seeds=$2 binary target
    shift 2
    binary=$(Fuzz/build "$folder" "$@" | tail -n 1)
    for target in $(sed -n 's/^    case \([a-zA-Z]*\)$/\1/p' "Fuzz/$folder/${folder}Fuzz.swift"); do
        echo "==> $target"
        ln -sf "$(basename "$binary")" "$(dirname "$binary")/$target"
        mkdir -p "$seeds/$target"
        "$(dirname "$binary")/$target" -runs="$runs" -max_len=16384 -timeout=20 \
            -rss_limit_mb=2048 -print_final_stats=1 "$seeds/$target" 2>&1 \
            | grep -E 'ERROR|SUMMARY|stat::number_of_executed_units|stat::peak_rss_mb'
    done
}

Fuzz/seed build/fuzz/modules Tests/WasmTests/Corpus/*.hex
mkdir -p build/fuzz/running
cp build/fuzz/modules/* build/fuzz/running/
Fuzz/seed build/fuzz/running Tests/WasmEngineTests/Corpus/*.hex
# Modules that do something: ours, and those of the standard's suite where it is at hand.
shared=${MARTLET_SHARED:-../shared}
for scripts in Tests/WasmEngineTests/Corpus/seeds.wast "$shared"/testsuite/{core,legacy,proposals/threads}; do
    if [ -e "$scripts" ]; then
        .build/release/martlet wast --save-modules build/fuzz/running "$scripts"
    fi
done
fuzz Wasm/DecodeAndValidate.swift build/fuzz/modules Bytes Diagnostics Wasm
Fuzz/seed build/fuzz/text Tests/WasmTextTests/Corpus/*.hex
fuzz Wasm/FuzzText.swift build/fuzz/text Bytes Diagnostics Wasm
fuzz Engine/RunUnderBudget.swift build/fuzz/running \
    Bytes Diagnostics Wasm CPlatform Platform WasmEngine
Fuzz/attestation-seeds build/fuzz/attestation "$shared"
family Attestation build/fuzz/attestation Bytes Diagnostics CPlatform Platform COpenSSL Cryptography \
    Attestation PolicyFile
for corpus in Tests/KeepFuzzTests/Corpus/*.hex; do
    Fuzz/seed "build/fuzz/keep/$(basename "$corpus" .hex)" "$corpus"
done
family Keep build/fuzz/keep Bytes Diagnostics CPlatform Platform COpenSSL Cryptography Attestation \
    KeepProtocol ManifestFile CZlib Host Wasm WasmEngine
for target in Superblock TreeBlock KeySlots; do
    Fuzz/seed "build/fuzz/vault-$target" "Tests/VaultTests/Corpus/$target.hex"
    longest=4096 fuzz "Vault/Targets/$target.swift" "build/fuzz/vault-$target" \
        Bytes Diagnostics CPlatform Platform COpenSSL Cryptography Vault VaultFuzz
done
Fuzz/seed build/fuzz/channel Tests/AttestedTLSTests/Corpus/ChannelMessages.hex
longest=4096 fuzz Channel/ChannelMessages.swift build/fuzz/channel \
    Bytes Diagnostics CPlatform Platform COpenSSL Cryptography Attestation AttestedTLS

# Random modules on every tier, and on wasmtime: results, traps, memory and globals are the same.
echo "==> tier-oracle"
"${SWIFT:-swift}" build -c release --product tier-oracle
for extensions in none all; do
    with=; [ $extensions = none ] || with="with $extensions"
    .build/release/tier-oracle $((runs < 100000 ? runs : 100000)) $with \
        modules build/fuzz/tiers-$extensions optimized 100
done
[ -x build/fuzz/wasmtime/bin/python ] || python3 -m venv build/fuzz/wasmtime
build/fuzz/wasmtime/bin/pip -q install wasmtime==50.0.1
for extensions in none all; do
    build/fuzz/wasmtime/bin/python Fuzz/Tiers/compare-wasmtime.py \
        build/fuzz/tiers-$extensions/modules
done
