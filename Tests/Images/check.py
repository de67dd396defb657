#!/usr/bin/env python3
"""Images and modules that changed since they were met are not taken for what they were.

check.py --command "martlet"
"""
import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

# Large enough to be noted as whole (4 MiB).
DATA = "x" * 5_000_000
SETTLED_SECONDS = 2.2


def module(result):
    return f'(module (memory (export "m") 100) (data (i32.const 64) "{DATA}")' \
        f' (func (export "f") (result i32)' \
        f' (i32.add (i32.load8_u (i32.const 70)) (i32.const {result}))))'


def large_module(result):
    """More than a megabyte, with more than a quarter of one of machine code in one function."""
    steps = "".join(
        f"(local.set $x (i32.xor (i32.mul (local.get $x) (i32.const {number})) (local.get $x)))"
        for number in range(1_000_003, 1_030_003))
    return f'(module (memory 32) (data (i32.const 0) "{DATA[:1_500_000]}")' \
        f' (func $run (param $x i32) (result i32) {steps} (local.get $x))' \
        f' (func (export "f") (result i32) (drop (call $run (i32.const 5)))' \
        f' (i32.const {result})))'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", default="martlet")
    command = shlex.split(parser.parse_args().command)
    failures = []
    checks = 0
    with tempfile.TemporaryDirectory() as folder:
        cache = os.path.join(folder, "cache")
        environment = dict(os.environ, XDG_CACHE_HOME=cache)

        def run(*arguments):
            return subprocess.run(
                command + list(arguments), env=environment, capture_output=True, text=True)

        def check(what, holds, detail=""):
            nonlocal checks
            checks += 1
            if not holds:
                failures.append(f"{what}: {detail}")

        def expect(what, outcome, status, output=""):
            check(what, (outcome.returncode, outcome.stdout.strip()) == (status, output), outcome)

        def kept(ending):
            directory = os.path.join(cache, "martlet")
            names = os.listdir(directory) if os.path.isdir(directory) else []
            return sorted(name for name in names if name.endswith(ending))

        def path(name):
            return os.path.join(folder, name)

        def flip(name, offset):
            """Changes one byte, and puts the modification time back."""
            times = os.stat(path(name))
            with open(path(name), "r+b") as file:
                file.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
                byte = file.read(1)[0]
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte ^ 1]))
            os.utime(path(name), ns=(times.st_atime_ns, times.st_mtime_ns))

        with open(path("a.wat"), "w") as file:
            file.write(module(1))
        expect("compile", run("compile", "-O0", path("a.wat"), "-o", path("a.cwasm")), 0)
        invoke = ["run", "--invoke", "f"]
        # Another image takes its place while somebody has it open.
        with open(path("b.wat"), "w") as file:
            file.write(module(2))
        with open(path("a.cwasm"), "rb") as old:
            content = open(path("a.cwasm"), "rb").read()
            outcome = run("compile", "-O0", path("b.wat"), "-o", path("a.cwasm"))
            expect("compile over it", outcome, 0)
            check("an image in use stays as it was", old.read() == content)
        expect("the other runs", run(*invoke, path("a.cwasm")), 0, "122")
        expect("compile again", run("compile", "-O0", path("a.wat"), "-o", path("a.cwasm")), 0)
        # Whether the result can be written is told before the module is looked at.
        with open(path("b.wat"), "w") as file:
            file.write("(module")
        for target in ["missing/a.cwasm", "."]:
            outcome = run("compile", path("b.wat"), "-o", path(target))
            check(
                f"to {target}",
                outcome.returncode == 69 and "can not write the file" in outcome.stderr, outcome)
        expect("to a device", run("compile", "-O0", path("a.wat"), "-o", "/dev/null"), 0)
        check("the device is still there", not os.path.isfile("/dev/null"))
        expect("a broken module", run("compile", "-O0", path("b.wat"), "-o", path("b.cwasm")), 65)
        names = sorted(name for name in os.listdir(folder) if name != "cache")
        check("no unfinished file", names == ["a.cwasm", "a.wat", "b.wat"], names)
        expect("a new image runs", run(*invoke, path("a.cwasm")), 0, "121")
        check("a file that may still change is not noted", kept(".whole") == [], kept(".whole"))
        time.sleep(SETTLED_SECONDS)
        for _ in range(2):
            expect("a settled image runs", run(*invoke, path("a.cwasm")), 0, "121")
            check("it is noted once", len(kept(".whole")) == 1, kept(".whole"))
        check(
            "the cache is the user's own",
            os.stat(os.path.join(cache, "martlet")).st_mode & 0o777 == 0o700)
        size = os.path.getsize(path("a.cwasm"))
        for what, offset in [("text", -8), ("data", size // 4), ("module", size * 3 // 4),
                             ("head", 60)]:
            flip("a.cwasm", offset)
            for when in ["at once", "settled"]:
                outcome = run(*invoke, path("a.cwasm"))
                # The data that this program reads may be whole; damage elsewhere harms nobody.
                harmless = what == "data" and when == "at once"
                check(
                    f"damaged {what}, {when}",
                    outcome.returncode == 65 or harmless and outcome.stdout == "121\n", outcome)
                if when == "at once":
                    time.sleep(SETTLED_SECONDS)
            flip("a.cwasm", offset)
        time.sleep(SETTLED_SECONDS)
        expect("as it was", run(*invoke, path("a.cwasm")), 0, "121")

        # What a run compiled of a large module is there for the next, and for nobody else.
        with open(path("c.wat"), "w") as file:
            file.write(large_module(1))
        expect("a new file", run(*invoke, path("c.wat")), 0, "1")
        check("nothing is kept of a file that may still change", kept(".grown") == [])
        time.sleep(SETTLED_SECONDS)
        written = None
        for what in ["first", "second"]:
            expect(f"{what} run", run(*invoke, path("c.wat")), 0, "1")
            check(f"code is kept, {what} run", len(kept(".grown")) == 1, kept(".grown"))
            grown = os.path.join(cache, "martlet", kept(".grown")[0])
            changed = os.stat(grown).st_mtime_ns
            check("it is kept once", written in [None, changed])
            written = changed
        check("kept code is the user's own", os.stat(grown).st_mode & 0o777 == 0o600)
        content = open(grown, "rb").read()
        for what, damaged in [
            ("cut", content[:-1]), ("empty", b""),
            ("in its code", content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]),
            ("in its head", content[:70] + bytes([content[70] ^ 1]) + content[71:]),
        ]:
            with open(grown, "wb") as file:
                file.write(damaged)
            expect(f"kept code is damaged: {what}", run(*invoke, path("c.wat")), 0, "1")
            check(f"it is made anew: {what}", open(grown, "rb").read() == content)
        # Another build of the program, here a copy of it, takes nothing over.
        program = shutil.which(command[0])
        if program and len(command) == 1:
            shutil.copy(program, path("martlet"))
            time.sleep(SETTLED_SECONDS)
            outcome = subprocess.run(
                [path("martlet"), *invoke, path("c.wat")], env=environment, capture_output=True,
                text=True)
            expect("another build", outcome, 0, "1")
            check("it keeps code of its own", open(grown, "rb").read() != content)
            expect("the first build again", run(*invoke, path("c.wat")), 0, "1")
            check("it is its own again", open(grown, "rb").read() == content)
        # What was not used for long makes room: 2 GiB is what the directory holds.
        others = kept("")

        def place_unused(name, byte_count, age_seconds):
            name = os.path.join(cache, "martlet", name)
            with open(name, "wb") as file:
                file.truncate(byte_count)
            os.utime(name, (time.time() - age_seconds,) * 2)

        place_unused("older.cwasm", 1 << 30, 180_000)
        for what, byte_count, stay in [
            ("fits", (1 << 30) - (64 << 20), ["old.cwasm", "older.cwasm"]),
            ("does not fit", 1 << 30, ["old.cwasm"]),
        ]:
            place_unused("old.cwasm", byte_count, 90_000)
            with open(path("c.wat"), "w") as file:
                file.write(large_module(2) + len(stay) * " ")
            time.sleep(SETTLED_SECONDS)
            expect(what, run(*invoke, path("c.wat")), 0, "2")
            check(f"what {what} is there", kept("") == sorted(others + stay), kept(""))
        os.unlink(os.path.join(cache, "martlet", "old.cwasm"))
        for _ in range(2):
            expect("another module in the same file", run(*invoke, path("c.wat")), 0, "2")
        check("its code takes the place", len(kept(".grown")) == 1, kept(".grown"))
        check("it is another's", open(grown, "rb").read() != content)
        # Files with holes can be larger together than a number of 64 bits.
        if os.access("/dev/shm", os.W_OK):
            with tempfile.TemporaryDirectory(dir="/dev/shm") as environment["XDG_CACHE_HOME"]:
                huge = [os.path.join(environment["XDG_CACHE_HOME"], "martlet", name) for name in "ab"]
                os.mkdir(os.path.dirname(huge[0]))
                for name in huge:
                    with open(name, "wb") as file:
                        file.truncate(2**63 - 1)
                    os.utime(name, (1, 1))
                expect("files with holes", run(*invoke, path("c.wat")), 0, "2")
                check("they made room", not any(map(os.path.exists, huge)), huge)
            environment["XDG_CACHE_HOME"] = cache
        else:
            print("no /dev/shm: a cache with files as large as a number holds is not tried")

        # The file that a module is in is known by its identity.
        for result in [1, 2]:
            with open(path("b.wat"), "w") as file:
                file.write(module(result))
            time.sleep(SETTLED_SECONDS)
            expected = str(120 + result)
            expect("before", run(*invoke, path("b.wat")), 0, expected)
            outcome = run("run", "--engine", "optimized", "--invoke", "f", path("b.wat"))
            if outcome.returncode == 69:
                print("no clang: the cache of optimised code is not tried")
                break
            expect("optimised", outcome, 0, expected)
            check("links", len(kept(".link")) == 2 * result, kept(".link"))
            expect("from the cache", run(*invoke, path("b.wat")), 0, expected)
    for failure in failures:
        print(failure)
    print(f"{checks - len(failures)} of {checks} checks passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
