#!/usr/bin/env python3
"""compare-wasmtime.py FILE: runs the modules that tier-oracle wrote on wasmtime and compares.

Results, traps, the memory and all globals must be the same.
"""
import ctypes
import struct
import sys
import zlib

import wasmtime
from wasmtime import _ffi as ffi

# What this engine calls wasmtime's traps.
TRAPS = {
    "UNREACHABLE": "unreachable",
    "INTEGER_DIVISION_BY_ZERO": "integerDivideByZero",
    "INTEGER_OVERFLOW": "integerOverflow",
    "BAD_CONVERSION_TO_INTEGER": "invalidConversion",
    "MEMORY_OUT_OF_BOUNDS": "memoryOutOfBounds",
    "TABLE_OUT_OF_BOUNDS": "tableOutOfBounds",
    "BAD_SIGNATURE": "indirectCallTypeMismatch",
    "INDIRECT_CALL_TO_NULL": "uninitializedElement",
    "STACK_OVERFLOW": "stackExhausted",
    "UNCAUGHT_EXCEPTION": "uncaughtException",
    "NULL_REFERENCE": "nullReference",
    "CAST_FAILURE": "castFailure",
    "ARRAY_OUT_OF_BOUNDS": "arrayOutOfBounds",
    "HEAP_MISALIGNED": "unalignedAtomic",
    "ATOMIC_WAIT_NON_SHARED_MEMORY": "waitOnUnsharedMemory",
}


# Two reasons to trap at once: an atomic access neither aligned nor in bounds; `array.copy` past the
# target's end from null, where wasmtime looks at the target first and the specification at both nulls.
EITHER = (
    {"unalignedAtomic", "memoryOutOfBounds"},
    {"nullReference", "arrayOutOfBounds"},
)


def agree(line, found):
    if line == found:
        return True
    (start, reason), (found_start, found_reason) = line.rsplit(" ", 1), found.rsplit(" ", 1)
    return start == found_start and {reason, found_reason} in EITHER


def configuration():
    config = wasmtime.Config()
    config.cranelift_nan_canonicalization = True
    config.parallel_compilation = False
    for name in (
            "wasm_tail_call", "wasm_exceptions", "wasm_function_references", "wasm_gc",
            "wasm_threads", "wasm_memory64", "wasm_multi_memory", "wasm_relaxed_simd",
            "wasm_relaxed_simd_deterministic", "shared_memory"):
        setattr(config, name, True)
    config.cranelift_opt_level = "none"
    return config


KINDS = {"i32": 0, "i64": 1, "f32": 2, "f64": 3, "v128": 4}
NAMES = {number: name for name, number in KINDS.items()}
SIZES = {"i32": 4, "i64": 8, "f32": 4, "f64": 8, "v128": 16}


def raw(word):
    """A value as the C API has it, from its type and bits."""
    kind, *numbers = word.split(":")
    value = ffi.wasmtime_val_t(kind=KINDS[kind])
    bits = sum(int(number) << 64 * place for place, number in enumerate(numbers))
    ctypes.memmove(ctypes.byref(value.of), bits.to_bytes(16, "little"), SIZES[kind])
    return value


def text(value):
    kind = NAMES.get(value.kind)
    if kind is None:
        return "reference"
    data = ctypes.string_at(ctypes.byref(value.of), SIZES[kind])
    numbers = [str(int.from_bytes(data[i:i + 8], "little")) for i in range(0, len(data), 8)]
    return ":".join([kind] + numbers)


def call(store, function, words, result_count):
    """The results' words; or `trap` and the reason as this engine names it."""
    arguments = (ffi.wasmtime_val_t * max(len(words), 1))(*[raw(word) for word in words])
    results = (ffi.wasmtime_val_t * max(result_count, 1))()
    trap = ctypes.POINTER(ffi.wasm_trap_t)()
    error = ffi.wasmtime_func_call(
        store._context(), ctypes.byref(function._func), arguments, len(words), results,
        result_count, ctypes.byref(trap))
    if error:
        failure = wasmtime.WasmtimeError._from_ptr(error)
        return ["trap", "uncaughtException" if "exception" in str(failure) else str(failure)]
    if trap:
        reason = wasmtime.Trap._from_ptr(trap)
        code = reason.trap_code
        if code is None:
            return ["trap", "uncaughtException" if "exception" in str(reason) else str(reason)]
        return ["trap", TRAPS.get(code.name, code.name)]
    return [text(results[i]) for i in range(result_count)]


def differences(engine, binary, lines):
    store = wasmtime.Store(engine)
    instance = wasmtime.Instance(store, wasmtime.Module(engine, binary), [])
    exports = instance.exports(store)
    for line in lines:
        words = line.split(" ")
        if words[0] == "memory":
            memory = exports["m"]
            data = memory.read(store, 0, memory.data_len(store))
            found = "memory %d %d" % (len(data), zlib.adler32(data))
        elif words[0] == "globals":
            values = []
            for name in ("i32", "i64", "f32", "f64", "v128"):
                value = ffi.wasmtime_val_t()
                ffi.wasmtime_global_get(
                    store._context(), ctypes.byref(exports["g_" + name]._global),
                    ctypes.byref(value))
                values.append(text(value))
            found = " ".join(["globals"] + values)
        else:
            arrow = words.index("->")
            function = exports[words[0]]
            count = len(function.type(store).results)
            results = call(store, function, words[1:arrow], count)
            found = " ".join(words[:arrow + 1] + results)
        if not agree(line, found):
            yield "%s, where wasmtime has %s" % (line, found)
            return


def main():
    engine = wasmtime.Engine(configuration())
    count = different = 0
    with open(sys.argv[1], "rb") as file:
        while head := file.read(4):
            binary = file.read(struct.unpack("<I", head)[0])
            lines = file.read(struct.unpack("<I", file.read(4))[0]).decode().split("\n")
            for difference in differences(engine, binary, lines):
                print("module %d: %s" % (count, difference))
                different += 1
            count += 1
    print("%d modules compared with wasmtime: %d differences" % (count, different))
    sys.exit(1 if different else 0)


main()
