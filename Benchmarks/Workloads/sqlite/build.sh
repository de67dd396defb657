#!/bin/sh
# Builds SQLite's shell and its speedtest1 from what fetch.sh brought: natively, natively for this
# CPU, and to Wasm without and with SIMD.
#
#   build.sh FETCHED FOLDER         gives FOLDER/NAME, NAME.march, NAME.wasm, NAME.simd.wasm
#                                   for NAME = speedtest1 and sqlite-shell
#   build.sh FETCHED FOLDER .wasm   gives FOLDER/NAME.wasm alone
set -eu

fetched=${1:?usage: build.sh FETCHED FOLDER}
folder=${2:?usage: build.sh FETCHED FOLDER}
only=${3:-all}
: "${CLANG:=clang}"
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
sysroot=$fetched/sysroot/usr
builtins=$(find "$sysroot/lib" -name 'libclang_rt.builtins-wasm32.a' | head -n 1)

options="-O3 -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_WAL
    -DSQLITE_MAX_MMAP_SIZE=0 -DSQLITE_OMIT_POPEN -DSQLITE_NOHAVE_SYSTEM -DSQLITE_TEMP_STORE=2
    -I$fetched/amalgamation"
wasi="--target=wasm32-wasi -mbulk-memory -msign-ext -mnontrapping-fptoint
    -isystem $sysroot/include/wasm32-wasi -include $here/shim.h -D_WASI_EMULATED_SIGNAL
    -D_WASI_EMULATED_PROCESS_CLOCKS -I$here/include"
link="--target=wasm32-wasi -nostdlib -L$sysroot/lib/wasm32-wasi -Wl,-z,stack-size=1048576
    -Wl,--stack-first -Wl,--strip-all $sysroot/lib/wasm32-wasi/crt1-command.o"

# build KIND SUFFIX FLAGS...: compiles the library once and links both programs with it.
build() {
    kind=$1 suffix=$2
    shift 2
    [ "$only" = all ] || [ "$only" = "$suffix" ] || return 0
    object="$folder/sqlite3$suffix.o"
    # shellcheck disable=SC2086  # The options are words on purpose.
    {
        $CLANG $options "$@" -c "$fetched/amalgamation/sqlite3.c" -o "$object"
        for program in speedtest1:source/sqlite3/test/speedtest1.c sqlite-shell:amalgamation/shell.c
        do
            output="$folder/${program%%:*}$suffix"
            source="$fetched/${program#*:}"
            if [ "$kind" = native ]; then
                $CLANG $options "$@" "$source" "$object" -lm -o "$output"
            else
                $CLANG $options "$@" -c "$source" -o "$output.o"
                $CLANG $link "$output.o" "$object" -lc -lwasi-emulated-signal -lwasi-emulated-process-clocks \
                    "$builtins" -o "$output"
            fi
        done
    }
}

# shellcheck disable=SC2086
{
    build native ""
    build native .march -march=native
    build wasm .wasm $wasi
    build wasm .simd.wasm $wasi -msimd128
}
rm -f "$folder"/*.o
