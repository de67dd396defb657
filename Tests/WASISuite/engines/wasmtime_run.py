#!/usr/bin/env python3
"""Runs a module under wasmtime (PyPI `wasmtime`) behind the flags of `martlet run`.

    wasmtime_run.py [--dir HOST::GUEST[:ro]] [--mem-dir GUEST] [--env K=V] [--fuel N]
                    [--max-memory SIZE] [--timeout 10s] FILE [ARGS...]

The oracle of the WASI suite: the same binaries, the same flags, another engine. Exit codes are
martlet's: the guest's own, 65 for a module that does not load or traps, 124 and 137 for
budgets. wasmtime has no in-memory directories; --mem-dir is a fresh temporary one.
"""
import argparse
import os
import re
import shutil
import sys
import tempfile
import threading

import wasmtime

UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def size(text):
    match = re.fullmatch(r"(\d+)(|KiB|MiB|GiB)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"not a size: {text}")
    return int(match[1]) * UNITS[match[2]]


def seconds(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m)?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"not a duration: {text}")
    return float(match[1]) * {"ms": 0.001, "s": 1, "m": 60, None: 1}[match[2]]


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", action="append", default=[])
    parser.add_argument("--mem-dir", action="append", default=[])
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--fuel", type=int)
    parser.add_argument("--max-memory", type=size)
    parser.add_argument("--timeout", type=seconds)
    parser.add_argument("file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser.parse_args()


def wasi(options, scratch):
    config = wasmtime.WasiConfig()
    config.argv = [options.file.rsplit("/", 1)[-1], *options.arguments]
    config.env = [tuple(pair.split("=", 1)) for pair in options.env]
    config.inherit_stdin()
    config.inherit_stdout()
    config.inherit_stderr()
    for mapping in options.dir:
        host, _, guest = mapping.partition("::")
        writable = not guest.endswith(":ro")
        config.preopen_dir(host, guest.removesuffix(":ro") or host, writable)
    for guest in options.mem_dir:
        folder = tempfile.mkdtemp(prefix="mem-dir-")
        scratch.append(folder)
        config.preopen_dir(folder, guest)
    return config


def status(error):
    return 124 if "interrupt" in str(error) or "fuel" in str(error) else 65


def end_late():
    print("wasmtime: still waiting in a call into the host", file=sys.stderr, flush=True)
    os._exit(124)


def run(options, scratch):
    config = wasmtime.Config()
    config.consume_fuel = options.fuel is not None
    config.epoch_interruption = options.timeout is not None
    config.cranelift_opt_level = "none"
    config.wasm_function_references = config.wasm_gc = config.wasm_exceptions = True
    config.wasm_threads = config.shared_memory = True
    engine = wasmtime.Engine(config)
    store = wasmtime.Store(engine)
    if options.fuel is not None:
        store.set_fuel(options.fuel)
    if options.max_memory is not None:
        # A reference takes 8 bytes of the host.
        store.set_limits(memory_size=options.max_memory, table_elements=options.max_memory // 8)
    if options.timeout is not None:
        store.set_epoch_deadline(1)
        timer = threading.Timer(options.timeout, engine.increment_epoch)
        timer.daemon = True
        timer.start()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    # wasmtime's own budget covers code, not calls into the host: the process ends a little later.
    if options.timeout is not None:
        killer = threading.Timer(options.timeout + 1, end_late)
        killer.daemon = True
        killer.start()
    try:
        module = wasmtime.Module.from_file(engine, options.file)
        store.set_wasi(wasi(options, scratch))
        instance = linker.instantiate(store, module)
    except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
        print(f"wasmtime: {error}", file=sys.stderr)
        return status(error)
    try:
        instance.exports(store)["_start"](store)
        return 0
    except wasmtime.ExitTrap as exit_trap:
        return exit_trap.code
    except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
        print(f"wasmtime: {error}", file=sys.stderr)
        return status(error)


def main():
    options, scratch = parse(), []
    try:
        code = run(options, scratch)
    finally:
        for folder in scratch:
            shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    sys.exit(code)


if __name__ == "__main__":
    main()
