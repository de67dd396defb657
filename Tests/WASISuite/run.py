#!/usr/bin/env python3
"""Runs the WASI suite under an engine and counts. Python's standard library only.

    run.py                                  martlet, host directories
    run.py --trees memory                   martlet, in-memory directories
    run.py --engine wasmtime                the oracle (PyPI wasmtime), by engines/wasmtime_run.py
    run.py --engine wasmkit                 the toolchain's runtime, for comparison
    run.py --command 'path/to/martlet run'  any command that takes martlet's flags
    run.py … read_write poll                only these programs

Each program is one group of cases (c/NAME.c, swift/Sources/NAME) and gets fresh directories; a
NAME.json beside the source says what else it gets:

    args, env, stdin            what the program is given
    dirs                        guest names of its directories; ["/work"] unless said
    flags                       more of martlet's flags
    listener.connections        a preopened TCP listener, and how many peers connect to it
    stdout_contains, …          texts that must appear
    runs                        several runs, each with a name and its own values of the above; with
                                `exit`, a list of exit codes, the run itself is the case

A case that an engine fails and `differences.json` explains for it is counted as explained; one that
is explained and passes is a failure of the explanation. Last line: `N passed, M failed`.
"""
import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

SUITE = pathlib.Path(__file__).resolve().parent
ROOT = SUITE.parent.parent
SECRET = b"the host's own\n"
TIMEOUT_SECONDS = 120


def engine_command(options):
    if options.command:
        return shlex.split(options.command)
    if options.engine == "wasmtime":
        return [sys.executable, str(SUITE / "engines/wasmtime_run.py")]
    if options.engine == "wasmkit":
        return [sys.executable, str(SUITE / "engines/wasmkit_run.py")]
    for build in ("release", "debug"):
        binary = ROOT / ".build" / build / "martlet"
        if binary.exists():
            return [str(binary), "run"]
    sys.exit("run.py: no martlet under .build; swift build --product martlet, or say --command")


class Peers(threading.Thread):
    """Connects to the guest's listener: each says "peer N" and echoes until the guest is done."""

    def __init__(self, port, count):
        super().__init__(daemon=True)
        self.port, self.count = port, count

    def run(self):
        for number in range(self.count):
            try:
                self.converse(number)
            except OSError:
                pass

    def converse(self, number):
        deadline = time.monotonic() + 20
        while True:
            try:
                peer = socket.create_connection(("127.0.0.1", self.port), 5)
                break
            except OSError:
                if time.monotonic() > deadline:
                    return
                time.sleep(0.02)
        with peer:
            peer.settimeout(20)
            peer.sendall(b"peer %d\n" % number)
            while data := peer.recv(65536):
                peer.sendall(data)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    def __init__(self, wasm, settings):
        self.wasm, self.name, self.settings = wasm, wasm.stem, settings

    def runs(self):
        for run in self.settings.get("runs", [{}]):
            yield {**{k: v for k, v in self.settings.items() if k != "runs"}, **run}


def settings_of(name):
    for path in (SUITE / "c" / f"{name}.json", SUITE / "swift" / f"{name}.json"):
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
    return {}


def prepare(run, options, scratch):
    """The engine's flags and the host folders behind the guest's directories."""
    flags = list(run.get("flags", []))
    (scratch / "secret").write_bytes(SECRET)
    for number, guest in enumerate(run.get("dirs", ["/work"])):
        if options.trees == "memory":
            flags += ["--mem-dir", guest]
        else:
            host = scratch / f"dir{number}"
            host.mkdir()
            flags += ["--dir", f"{host}::{guest}"]
    for name, value in run.get("env", {}).items():
        flags += ["--env", f"{name}={value}"]
    return flags


def execute(program, run, options):
    """Output, exit code (None: no end in time), and what is wrong with the host afterwards."""
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="wasi-suite-"))
    try:
        flags = prepare(run, options, scratch)
        if "listener" in run:
            port = free_port()
            flags += ["--tcp-listen", f"127.0.0.1:{port}"]
            Peers(port, run["listener"]["connections"]).start()
        command = [*options.engine_command, *flags, str(program.wasm), *run.get("args", [])]
        if options.verbose:
            print("#", shlex.join(command))
        try:
            done = subprocess.run(
                command, input=run.get("stdin", "").encode(), capture_output=True,
                timeout=TIMEOUT_SECONDS)
            output, errors, code = done.stdout, done.stderr, done.returncode
        except subprocess.TimeoutExpired as late:
            output, errors, code = late.stdout or b"", late.stderr or b"", None
        return output, errors, code, damage(scratch, run)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def damage(scratch, run):
    allowed = {"secret"} | {f"dir{n}" for n in range(len(run.get("dirs", ["/work"])))}
    secret = scratch / "secret"
    if not secret.exists() or secret.is_symlink() or secret.read_bytes() != SECRET:
        return "the file beside the guest's directory was changed"
    if secret.stat().st_nlink != 1:
        return "the file beside the guest's directory was linked"
    if extra := set(os.listdir(scratch)) - allowed:
        return f"files appeared beside the guest's directory: {sorted(extra)}"
    return None


def execute_past_traps(program, run, options):
    """Like `execute`, again and again without the cases in which the engine ended the program.

    Gives also what the engine said at each of these, in the order of the cases.
    """
    trapped = {}
    while True:
        again = dict(run)
        if trapped:
            again["args"] = [*run.get("args", []), "suite:skip=" + ",".join(map(str, trapped))]
        output, errors, code, harm = execute(program, again, options)
        text = output.decode("utf-8", "replace")
        finished = len(re.findall(r"^(?:# skipped, [^:]*: )?(?:ok|FAILED|skipping) ", text, re.M))
        if re.search(r"^\d+ passed, \d+ failed$", text, re.M) or finished in trapped or harm:
            break
        if "exit" in run or code is None or not text:
            break
        said = [line.strip() for line in errors.decode("utf-8", "replace").splitlines()]
        trapped[finished] = next((line for line in reversed(said) if line), "no message")
    return text, errors, code, harm, [trapped[number] for number in sorted(trapped)]


def judge(program, run, options):
    """Yields (case name, None or what is wrong)."""
    text, errors, code, harm, trapped = execute_past_traps(program, run, options)
    prefix = f"[{run['name']}] " if "name" in run and "exit" not in run else ""
    if harm:
        yield f"{prefix}the host is untouched", harm
    if "exit" in run:
        ended = None if code in run["exit"] else f"expected exit code {run['exit']}, got {code}"
        yield run["name"], ended
        return
    for line in text.splitlines():
        # A skipped case says why in front of its "ok".
        line = re.sub(r"^# skipped, [^:]*: ", "", line)
        if line.startswith("ok "):
            yield prefix + line[3:], None
        elif line.startswith("skipping ") and trapped:
            yield prefix + line[9:], f"the engine ended the program: {trapped.pop(0)}"
        elif found := re.match(r"FAILED (.*?): (expected .*)$", line):
            yield prefix + found[1], found[2]
    ending = re.search(r"^(\d+) passed, (\d+) failed$", text, re.M)
    if not ending:
        last = errors.decode("utf-8", "replace").strip().splitlines()
        yield f"{prefix}runs to its end", f"exit code {code}; {last[-1] if last else 'no message'}"
    elif code != (1 if int(ending[2]) else 0):
        yield f"{prefix}exit code", f"expected {1 if int(ending[2]) else 0}, got {code}"
    for stream, data in (("stdout", text), ("stderr", errors.decode("utf-8", "replace"))):
        for wanted in run.get(f"{stream}_contains", []):
            missing = None if wanted in data else f"expected {wanted!r} in {stream}"
            yield f"{prefix}{stream} has {wanted!r}", missing


def explanations(differences, engine):
    """Program → case → why this engine differs; or program → why it is not run at all."""
    told = {}
    for program, by_reason in differences["engines"].get(engine, {}).items():
        if isinstance(by_reason, str):
            told[program] = differences["reasons"][by_reason]
            continue
        told[program] = {
            case: differences["reasons"][reason]
            for reason, cases in by_reason.items() for case in cases}
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="martlet", choices=["martlet", "wasmtime", "wasmkit"])
    parser.add_argument("--command", help="the engine's command line, up to martlet's flags")
    parser.add_argument("--trees", default="host", choices=["host", "memory"])
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/wasi-suite")
    parser.add_argument("--quiet", action="store_true", help="only failures and the last line")
    parser.add_argument("--verbose", action="store_true", help="also the commands")
    parser.add_argument("names", nargs="*", help="programs; all unless said")
    options = parser.parse_args()
    options.engine_command = engine_command(options)
    differences = json.loads((SUITE / "differences.json").read_text(encoding="utf-8"))
    explained = explanations(differences, options.engine)
    # Differences that depend on the moment: such a case may pass as well.
    sometimes = {differences["reasons"][reason] for reason in differences["sometimes"]}

    programs = sorted(options.programs.glob("*.wasm"))
    if options.names:
        programs = [wasm for wasm in programs if wasm.stem in options.names]
    if not programs:
        sys.exit(f"run.py: no programs in {options.programs}; Tests/WASISuite/build.sh makes them")
    passed = failed = known = 0
    for wasm in programs:
        program = Program(wasm, settings_of(wasm.stem))
        reasons = explained.get(program.name, {})
        if isinstance(reasons, str):
            known += 1
            if not options.quiet:
                print(f"# {program.name} is not run: {reasons}")
            continue
        for run in program.runs():
            for case, wrong in judge(program, run, options):
                reason = reasons.get(case)
                if wrong and reason:
                    known += 1
                    if not options.quiet:
                        print(f"explained {program.name}: {case}: {wrong}; {reason}")
                elif wrong or reason and reason not in sometimes:
                    failed += 1
                    print(f"FAILED {program.name}: {case}: "
                          f"{wrong or 'passes, but differences.json explains a failure'}")
                else:
                    passed += 1
                    if not options.quiet:
                        print(f"ok {program.name}: {case}")
    if known:
        print(f"{known} differences of {options.engine} explained in differences.json")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
