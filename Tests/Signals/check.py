#!/usr/bin/env python3
"""Ctrl-C and SIGTERM end the guest, not just the process; whatever ends a compilation ends its clang.

check.py --command "martlet run"
"""
import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))


def ended(command, program, number, folder=None):
    """Exit code and standard error of a program that gets a signal once it runs."""
    options = ["--dir", f"{folder}::/"] if folder else []
    process = subprocess.Popen(
        command + options + [os.path.join(here, program)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"running\n", process.stderr.read()
    process.send_signal(number)
    error = process.stderr.read().decode()
    return process.wait(timeout=60), error


def runs(process):
    """Whether a process is there, and no corpse that nobody buried."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def left_behind(command, number):
    """What is left of a compilation that gets a signal while its clang runs."""
    with tempfile.TemporaryDirectory() as folder:
        clang, told = os.path.join(folder, "clang"), os.path.join(folder, "process")
        with open(clang, "w") as file:
            file.write(
                "#!/bin/sh\n"
                "[ \"$1\" = --version ] && echo clang version 21.1.6 && exit\n"
                f"echo $$ > {told}.new && mv {told}.new {told} && exec sleep 600\n")
        os.chmod(clang, 0o755)
        process = subprocess.Popen(
            command + [os.path.join(here, "spin.wat"), "-o", os.path.join(folder, "image")],
            env={**os.environ, "MARTLET_CLANG": clang, "XDG_CACHE_HOME": folder, "TMPDIR": folder},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + 60
        while not os.path.exists(told) and time.monotonic() < limit:
            time.sleep(0.01)
        child = int(open(told).read())
        process.send_signal(number)
        process.wait(timeout=60)
        while runs(child) and time.monotonic() < limit:
            time.sleep(0.01)
        left = set(os.listdir(folder)) - {"clang", "process", "martlet"}
        return left | ({"clang's process"} if runs(child) else set())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", default="martlet run")
    command = shlex.split(parser.parse_args().command)
    failures = []
    checks = 0

    def check(what, holds, detail):
        nonlocal checks
        checks += 1
        if not holds:
            failures.append(f"{what}: {detail}")

    for program in ["spin.wat", "wait.wat"]:
        for number, code in [(signal.SIGINT, 130), (signal.SIGTERM, 143)]:
            status, error = ended(command, program, number)
            what = f"{program} {number.name}"
            check(what, status == code, f"exit {status}, expected {code}: {error}")
            line = f"martlet: the program was ended by {number.name}\n"
            check(what, line in error, error)
    with tempfile.TemporaryDirectory() as folder:
        status, error = ended(command, "spin.wat", signal.SIGINT, folder)
        check("file", status == 130, f"exit {status}: {error}")
        path = os.path.join(folder, "kept.txt")
        content = open(path).read() if os.path.exists(path) else "no file"
        check("file", content == "running\n", content)
    for number in [signal.SIGTERM, signal.SIGKILL]:
        left = left_behind(command[:-1] + ["compile"], number)
        check(f"compile {number.name}", not left, f"left behind: {sorted(left)}")
    for failure in failures:
        print(failure)
    print(f"{checks - len(failures)} passed, {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
