#!/usr/bin/env python3
"""Runs the samples as their users would, under an engine with martlet's flags, and checks them.

    check.py --command '.build/release/martlet run' [hello wc echo echo-sockets]

Last line: `N passed, M failed`. Python's standard library only; wc is compared with the host's wc(1).
"""
import argparse
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CONNECTIONS = 40
TEXT = "héllo wörld\n  second line here \n\n日本語 テキスト\tend without newline".encode()


class Checks:
    def __init__(self, command, programs):
        self.command, self.programs = command, programs
        self.passed = self.failed = 0

    def expect(self, what, wanted, got):
        if wanted == got:
            self.passed += 1
            print(f"ok {what}")
        else:
            self.failed += 1
            print(f"FAILED {what}: expected {wanted!r}, got {got!r}")

    def run(self, program, *arguments, flags=(), stdin=b""):
        done = subprocess.run(
            [*self.command, *flags, str(self.programs / program), *arguments],
            input=stdin, capture_output=True, timeout=60)
        return done.stdout.decode("utf-8", "replace"), done.returncode

    def hello(self):
        self.expect("hello greets the world", ("Hello, world!\n", 0), self.run("hello.wasm"))
        self.expect("hello greets its arguments", ("Hello, a!\nHello, b c!\n", 0),
                    self.run("hello.wasm", "a", "b c"))
        self.expect("hello greets NAME", ("Hello, Zoë!\n", 0),
                    self.run("hello.wasm", flags=["--env", "NAME=Zoë"]))

    def wc(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "text").write_bytes(TEXT)
            pathlib.Path(folder, "large").write_bytes(TEXT * 20_000)
            pathlib.Path(folder, "empty").write_bytes(b"")
            flags = ["--dir", f"{folder}::/"]
            for options in ([], ["-l"], ["-w"], ["-c"], ["-m"], ["-lm"]):
                host = subprocess.run(
                    ["wc", *options, "text", "large", "empty"], cwd=folder, capture_output=True,
                    env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout.decode()
                wanted = "\n".join(" ".join(line.split()) for line in host.splitlines()) + "\n"
                self.expect(f"wc {' '.join(options)} counts as the host's", (wanted, 0),
                            self.run("wc.wasm", *options, "text", "large", "empty", flags=flags))
            self.expect("wc counts standard input", ("1 2 8\n", 0),
                        self.run("wc.wasm", stdin=b"one two\n"))
            self.expect("wc fails for a file that is not there", 1,
                        self.run("wc.wasm", "nothing", flags=flags)[1])
            self.expect("wc does not leave its directory", 1,
                        self.run("wc.wasm", "/../../etc/passwd", flags=flags)[1])

    def serve(self, program, flags, arguments, port):
        server = subprocess.Popen(
            [*self.command, *flags, str(self.programs / program), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        results = [None] * CONNECTIONS
        threads = [threading.Thread(target=converse, args=(port, n, results))
                   for n in range(CONNECTIONS)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        self.expect(f"{program} echoes {CONNECTIONS} connections at once", [True] * CONNECTIONS,
                    results)
        try:
            self.expect(f"{program} ends after the last", 0, server.wait(20))
        except subprocess.TimeoutExpired:
            self.expect(f"{program} ends after the last", 0, None)
            server.kill()
            print(server.stderr.read().decode("utf-8", "replace")[-500:], file=sys.stderr)

    def echo(self):
        port = free_port()
        self.serve("echo.wasm", ["--tcp-listen", f"127.0.0.1:{port}"], [str(CONNECTIONS)], port)

    def echo_sockets(self):
        port = free_port()
        address = f"127.0.0.1:{port}"
        self.serve("echo-sockets.wasm", [flag.format(address=address) for flag in ALLOW_LISTEN],
                   [address, str(CONNECTIONS)], port)


# What lets a guest listen by itself.
ALLOW_LISTEN = ["--allow-listen", "{address}"]


def converse(port, number, results):
    """Sends 100,000 bytes in pieces while reading, finishes, and compares."""
    sent = bytes((number + n) % 256 for n in range(1000)) * 100
    deadline = time.monotonic() + 20
    while True:
        try:
            peer = socket.create_connection(("127.0.0.1", port), 30)
            break
        except OSError:
            if time.monotonic() > deadline:
                results[number] = "not connected"
                return
            time.sleep(0.05)
    try:
        def send():
            peer.sendall(sent)
            peer.shutdown(socket.SHUT_WR)
        sender = threading.Thread(target=send)
        sender.start()
        got = b""
        while piece := peer.recv(65536):
            got += piece
        sender.join()
        results[number] = got == sent
    except OSError as error:
        results[number] = str(error)
    finally:
        peer.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--command", default=str(ROOT / ".build/release/martlet") + " run")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/guests")
    parser.add_argument("--allow-listen", help="flags that let a guest open {address}")
    parser.add_argument("names", nargs="*", default=["hello", "wc", "echo", "echo-sockets"])
    options = parser.parse_args()
    if options.allow_listen is not None:
        ALLOW_LISTEN[:] = shlex.split(options.allow_listen)
    checks = Checks(shlex.split(options.command), options.programs)
    for name in options.names:
        getattr(checks, name.replace("-", "_"))()
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
