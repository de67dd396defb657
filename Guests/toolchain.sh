# Sourced by the build scripts: where the toolchain keeps what a guest needs, and how to call it.
# Expects $guests (this folder); $out (an existing folder for results and scratch files).

swift_bin=$(dirname "$(readlink -f "$(command -v swift)")")
clang=$swift_bin/clang
[ -x "$clang" ] || clang=clang
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
unicode_tables=$resources/embedded/wasm32-unknown-none-wasm
runtime=$guests/GuestKit/Sources/GuestRuntime
triple=wasm32-unknown-none-wasm
stack_bytes=1048576

# Writes $2 only when its content changes, so that nothing is rebuilt for nothing.
write_if_changed() {
    printf '%s\n' "$1" | cmp -s - "$2" || printf '%s\n' "$1" >"$2"
}

# The toolset of SwiftPM: an Embedded Swift program that starts at the runtime's `_start`, with its
# stack below its data so that an overflow traps instead of overwriting. Without incremental code
# generation no hash of paths gets into the module: the same source gives the same bytes anywhere.
write_toolset() {
    write_if_changed '{
  "schemaVersion": "1.0",
  "swiftCompiler": { "extraCLIOptions": [
    "-wmo", "-Xfrontend", "-disable-stack-protector", "-Xcc", "-fdeclspec",
    "-Xfrontend", "-disable-incremental-llvm-codegen", "-Xclang-linker", "-nostdlib",
    "-Osize" ] },
  "cCompiler": { "extraCLIOptions": [
    "-ffreestanding", "-fno-builtin", "-mbulk-memory", "-O2" ] },
  "linker": { "extraCLIOptions": [
    "-L'"$unicode_tables"'", "--no-entry", "--gc-sections", "--strip-all",
    "--stack-first", "-z", "stack-size='"$stack_bytes"'" ] }
}' "$1"
}

# build_swift_package FOLDER OUT: every executable of the package becomes OUT/NAME.wasm.
build_swift_package() {
    package_name=$(basename "$1")
    scratch=$out/.scratch/$package_name
    mkdir -p "$scratch" "$2"
    write_toolset "$out/.scratch/toolset.json"
    swift build --package-path "$1" --scratch-path "$scratch" -c release --triple $triple \
        --toolset "$out/.scratch/toolset.json" -j 2
    for program in "$scratch/$triple/release/"*.wasm; do
        [ -f "$program" ] || continue
        target=$2/$(basename "$program")
        cmp -s "$program" "$target" || cp "$program" "$target"
    done
}

# Freestanding clang leaves `main` as it is; hosted clang and swiftc call it __main_argc_argv.
c_flags="--target=$triple -Dmain=__main_argc_argv -std=c17 -O2 -Wall -Wextra -Werror -ffreestanding -fno-builtin
    -mbulk-memory -I$runtime/include"
link_flags="-nostdlib -Wl,--no-entry -Wl,--gc-sections -Wl,--strip-all -Wl,--stack-first
    -Wl,-z,stack-size=$stack_bytes"

# build_c_runtime: $out/.scratch/runtime/*.o, rebuilt when a source or header is newer.
build_c_runtime() {
    runtime_objects=$out/.scratch/runtime
    mkdir -p "$runtime_objects"
    for source in "$runtime"/*.c; do
        object=$runtime_objects/$(basename "$source" .c).o
        if newer_than "$object" "$source" "$runtime"/include/*.h; then
            # shellcheck disable=SC2086
            "$clang" $c_flags -c "$source" -o "$object"
        fi
    done
}

# newer_than OLD NEW…: whether OLD is missing or any NEW is newer.
newer_than() {
    old=$1
    shift
    [ -f "$old" ] || return 0
    for candidate; do
        [ "$candidate" -nt "$old" ] && return 0
    done
    return 1
}

# build_c_programs FOLDER OUT: every FOLDER/NAME.c becomes OUT/NAME.wasm.
build_c_programs() {
    folder=$1
    target_folder=$2
    build_c_runtime
    mkdir -p "$target_folder"
    for source in "$folder"/*.c; do
        [ -f "$source" ] || continue
        target=$target_folder/$(basename "$source" .c).wasm
        if newer_than "$target" "$source" "$folder"/*.h "$runtime_objects"/*.o \
            "$guests/toolchain.sh"; then
            # A program for the older names needs a runtime that calls them too.
            if grep -q '^#define WASI_UNSTABLE' "$source"; then
                set -- -DWASI_UNSTABLE "$runtime"/*.c
            else
                set -- "$runtime_objects"/*.o
            fi
            # shellcheck disable=SC2086
            "$clang" $c_flags $link_flags "$source" "$@" -o "$target"
        fi
    done
}
