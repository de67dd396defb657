#!/usr/bin/env python3
"""Ctrl-C and SIGTERM end the guest, not just the process.

check.py --command "martlet run"
"""
import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile

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
    for failure in failures:
        print(failure)
    print(f"{checks - len(failures)} passed, {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
