#!/usr/bin/env python3
"""Runs the hostile guests and judges by expect.json. Python's standard library only.

    run.py [--engine martlet|wasmtime | --command 'martlet run'] [--quiet] [ATTACK...]

Last line: `N passed, M failed`; exit code 1 when anything failed.
"""
import argparse
import json
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECRET = b"the host's own\n"
KEPT_BYTES = 1 << 18


def engine_command(options):
    if options.command:
        return shlex.split(options.command)
    if options.engine == "wasmtime":
        return [sys.executable, str(ROOT / "Tests/WASISuite/engines/wasmtime_run.py")]
    for build in ("release", "debug"):
        if (binary := ROOT / ".build" / build / "martlet").exists():
            return [str(binary), "run"]
    sys.exit("run.py: no martlet under .build; swift build --product martlet, or say --command")


class Drain(threading.Thread):
    """Reads a pipe to its end and keeps the first bytes: floods must not fill this process."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe, self.kept, self.total = pipe, b"", 0
        self.start()

    def run(self):
        while piece := os.read(self.pipe.fileno(), 1 << 20):
            self.kept += piece[: KEPT_BYTES - len(self.kept)]
            self.total += len(piece)

    def text(self):
        self.join(5)
        return self.kept.decode("utf-8", "replace")


class Swapper(threading.Thread):
    """Swaps `door` in a folder between a directory and a link to the outside, until stopped."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.stopped = folder, threading.Event()
        (folder / "inside").mkdir()
        (folder / "inside/secret").write_bytes(b"mine")
        os.symlink("..", folder / "outside")
        self.start()

    def run(self):
        here, door = self.folder, self.folder / "door"
        while not self.stopped.is_set():
            for one in ("inside", "outside"):
                try:
                    os.rename(here / one, door)
                    os.rename(door, here / one)
                except OSError:
                    pass


class Listener:
    """A port on the loopback that nobody may connect to."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0)
        self.port = self.socket.getsockname()[1]

    def was_reached(self):
        try:
            self.socket.accept()[0].close()
            return True
        except OSError:
            return False
        finally:
            self.socket.close()


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}


class Scene:
    """The folders of one run, and what of them must not change."""

    def __init__(self, attack):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="hostile-"))
        (self.scratch / "secret").write_bytes(SECRET)
        self.flags, self.names, self.kept = [], {"secret"}, {}
        for number, guest in enumerate(attack.get("dirs", [])):
            folder = self.scratch / f"dir{number}"
            folder.mkdir()
            self.names.add(folder.name)
            self.flags += ["--dir", f"{folder}::{guest}"]
            if guest.endswith(":ro"):
                (folder / "kept").write_bytes(SECRET)
                (folder / "folder").mkdir()
                (folder / "folder/inner").write_bytes(SECRET)
                self.kept[folder] = snapshot(folder)
        for guest in attack.get("mem_dirs", []):
            self.flags += ["--mem-dir", guest]

    def damage(self):
        secret = self.scratch / "secret"
        if secret.is_symlink() or not secret.is_file() or secret.read_bytes() != SECRET:
            return "the file beside the guest's directory was changed"
        if secret.stat().st_nlink != 1:
            return "the file beside the guest's directory was linked"
        if extra := set(os.listdir(self.scratch)) - self.names:
            return f"appeared beside the guest's directory: {sorted(extra)}"
        for folder, before in self.kept.items():
            if snapshot(folder) != before:
                return "the read-only directory changed"
        return None

    def remove(self):
        # Deeper than Python's recursion goes.
        subprocess.run(["rm", "-rf", str(self.scratch)], check=False)


def run_process(command, attack, seconds):
    """Exit code (negative: signal; None: killed by us), output, errors, MiB at most, seconds."""
    started = time.monotonic()
    stdin = subprocess.PIPE if attack.get("stdin") == "open" else subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    output, errors = Drain(process.stdout), Drain(process.stderr)
    late = threading.Event()

    def stop():
        late.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    timer.cancel()
    if process.stdin:
        process.stdin.close()
    code = None if late.is_set() else process.returncode
    return code, output.text(), errors.text(), usage.ru_maxrss // 1024, time.monotonic() - started


def allowed(exit_codes, codes):
    for one in exit_codes:
        yield from codes[one] if isinstance(one, str) else [one]


def judge(attack, expectations, options, arguments):
    """What is wrong with one run, and its figures."""
    defaults, codes = expectations["defaults"], expectations["codes"]
    seconds = attack.get("seconds", defaults["seconds"])
    program = options.programs / attack["program"]
    if not program.exists():
        program = HERE / "text" / attack["program"]
    scene, listener, companion, swapper = Scene(attack), None, None, None
    try:
        if "{port}" in arguments:
            listener = Listener()
            arguments = [str(listener.port) if one == "{port}" else one for one in arguments]
        base = [*options.engine_command, *attack.get("flags", []), *scene.flags, str(program)]
        if attack.get("swap"):
            swapper = Swapper(scene.scratch / "dir0")
        if "companion" in attack:
            companion = subprocess.Popen(
                [*base, *attack["companion"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        code, output, errors, mebibytes, took = run_process([*base, *arguments], attack, seconds)
        figures = f"exit {code}, {mebibytes} MiB, {took:.2f} s"
        if swapper:
            swapper.stopped.set()
            swapper.join()
        if companion:
            companion.kill()
            companion.wait()
        wrong = []
        if code is None:
            wrong.append(f"still running after {seconds} s")
        elif code < 0:
            wrong.append(f"the host process died of {signal.Signals(-code).name}")
        elif "not 0" in attack["exit"]:
            if code == 0:
                wrong.append("exit code 0")
        elif code not in list(allowed(attack["exit"], codes)):
            wrong.append(f"exit code {code}, expected one of {attack['exit']}")
        limit = attack.get("memory_mib", defaults["memory_mib"])
        if mebibytes > limit:
            wrong.append(f"{mebibytes} MiB, more than {limit}")
        wrong += [f"no {text!r} in its output" for text in attack.get("has", []) if text not in output]
        for text in [*defaults["never"], *attack.get("never", [])]:
            if text in output:
                line = next(line for line in output.splitlines() if text in line)
                wrong.append(f"its output has {line!r}")
        wrong += [f"standard error has {text!r}"
                  for text in defaults["stderr_never"] if text in errors and "flood" not in program.stem]
        if code not in (None, 0) and not errors.strip() and "not 0" not in attack["exit"]:
            if code in codes["trap"] + codes["time"] + codes["memory"]:
                wrong.append("no message on standard error")
        if listener and listener.was_reached():
            wrong.append("a connection arrived")
        if harm := scene.damage():
            wrong.append(harm)
        if wrong and options.verbose:
            print(output[-2000:], errors[-2000:], sep="\n")
        return wrong, figures
    finally:
        scene.remove()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="martlet", choices=["martlet", "wasmtime"])
    parser.add_argument("--command", help="the engine's command line, up to martlet's flags")
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/guests/hostile")
    parser.add_argument("--quiet", action="store_true", help="only failures and the last line")
    parser.add_argument("--verbose", action="store_true", help="with what failed attacks said")
    parser.add_argument("names", nargs="*", help="attacks; all unless said")
    options = parser.parse_args()
    options.engine_command = engine_command(options)
    expectations = json.loads((HERE / "expect.json").read_text(encoding="utf-8"))
    attacks = expectations["attacks"]
    if unknown := set(options.names) - set(attacks):
        sys.exit(f"run.py: no such attack: {', '.join(sorted(unknown))}")
    passed = failed = 0
    for name in options.names or attacks:
        attack = attacks[name]
        for number in range(attack.get("each", 1)):
            arguments = [str(number)] if "each" in attack else attack.get("args", [])
            wrong, figures = judge(attack, expectations, options, arguments)
            label = f"{name} {number}" if "each" in attack else name
            reason = attack.get("explained", {}).get(options.engine)
            if wrong and reason:
                print(f"explained {label}: {'; '.join(wrong)} ({figures}): {reason}")
            elif wrong:
                failed += 1
                print(f"FAILED {label}: {'; '.join(wrong)} ({figures})")
            else:
                passed += 1
                if not options.quiet:
                    print(f"ok {label} ({figures})")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
