#!/bin/sh
# Builds one workload: natively, natively for this CPU, and to Wasm without and with SIMD.
#
#   build.sh SOURCE.c SIZE FOLDER      gives FOLDER/NAME, NAME.march, NAME.wasm, NAME.simd.wasm
#
# All four come from the same file by the same clang at -O3. -ffp-contract=off keeps the results
# equal to the last bit where the CPU has fused multiply-add.
set -eu

source=${1:?usage: build.sh SOURCE.c SIZE FOLDER}
size=${2:?usage: build.sh SOURCE.c SIZE FOLDER}
folder=${3:?usage: build.sh SOURCE.c SIZE FOLDER}
: "${CLANG:=clang}"
here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$source" .c)
mkdir -p "$folder"

common="-std=gnu17 -O3 -ffp-contract=off -fno-math-errno -Wall -Wextra -Werror -DSIZE=$size
    -I$here/runtime"
native="$here/runtime/native.c $here/runtime/print.c"
wasm="--target=wasm32-unknown-unknown -mbulk-memory -msign-ext -mnontrapping-fptoint"

# shellcheck disable=SC2086  # The options are words on purpose.
{
    $CLANG $common "$source" $native -o "$folder/$name"
    $CLANG $common -march=native "$source" $native -o "$folder/$name.march"
    for kind in "" .simd; do
        vector=-mno-simd128
        if [ -n "$kind" ]; then vector=-msimd128; fi
        $CLANG $common $wasm $vector -ffreestanding -fno-builtin -c "$here/runtime/wasi.c" \
            -o "$folder/$name$kind.wasi.o"
        $CLANG $common $wasm $vector -nostdlib -Wl,--no-entry -Wl,-z,stack-size=1048576 \
            -Wl,--stack-first -Wl,--strip-all "$source" "$here/runtime/print.c" \
            "$folder/$name$kind.wasi.o" -o "$folder/$name$kind.wasm"
        rm "$folder/$name$kind.wasi.o"
    done
}
