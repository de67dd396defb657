"""Every program of Guests/hostile in a keep: the guest's end is its own, the host is untouched."""
import json
import os
import pathlib
import re
import sys
import tempfile
import threading

import vaults
from stage import ROOT, manifest, wait_until

FOLDER = ROOT / "Guests/hostile"
sys.path.insert(0, str(FOLDER))
import run as attacks  # noqa: E402

BUILT = ROOT / "build/guests/hostile"
# Programs that need a second one, or somebody outside, or files before they start: vaults.py tries them.
WITH_VAULTS = {"symlink_race", "symlink_race_guests", "cross_preopens"}
# The owner's command ends so when the keep can not even start a program.
REFUSED = {65, 70}
HOST_MEBIBYTES = 256


def application(stage, name, attack, number):
    """The attack as a workload, or None when its program is not built."""
    program = BUILT / attack["program"]
    if not program.exists():
        program = FOLDER / "text" / attack["program"]
    if not program.exists():
        return None
    flags = dict(zip(attack.get("flags", [])[::2], attack.get("flags", [])[1::2]))
    seconds = int(flags.get("--timeout", "10s")[:-1])
    budgets = f'memory = "{flags.get("--max-memory", "256MiB")}"\nseconds = {min(seconds, 10)}\noutput = "8MiB"'
    if "--fuel" in flags:
        budgets += f'\nfuel = {flags["--fuel"]}'
    arguments = [str(number)] if "each" in attack else attack.get("args", [])
    extra = f"args = {json.dumps(['guest', *arguments])}\n" if arguments else ""
    directories = [*attack.get("dirs", []), *attack.get("mem_dirs", [])]
    tables = ""
    for one in directories:
        path, _, rights = one.partition(":")
        tables += f'[[dir]]\npath = "{path}"\nmemory = "32MiB"\n' + ("read-only = true\n" if rights else "")
    if attack.get("stdin") == "open":
        tables += '[stdio]\nstdin = "owner"\n'
    suffix = program.suffix[1:]
    folder = stage.directory / f"app-{name}"
    folder.mkdir(exist_ok=True)
    (folder / "Martlet.toml").write_text(manifest("hostile", extra + tables, budgets, suffix))
    (folder / f"program.{suffix}").write_bytes(program.read_bytes())
    return folder


class Listeners:
    """The host's loopback port that no guest may reach."""

    def __init__(self):
        self.one = attacks.Listener()

    def arguments(self, given):
        return [str(self.one.port) if word == "{port}" else word for word in given]


def resident_mebibytes(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) >> 10


def run(stage, names=None):
    expectations = json.loads((FOLDER / "expect.json").read_text())
    names = set(expectations["attacks"]) if names is None else names
    if not BUILT.exists():
        print("SKIPPED part of the hostile guests: Guests/build.sh builds them")
    canary = pathlib.Path(tempfile.mkdtemp(prefix="canary-", dir=stage.directory))
    (canary / "secret").write_bytes(attacks.SECRET)
    for name, attack in expectations["attacks"].items():
        if name in names and name not in WITH_VAULTS:
            for number in range(attack.get("each", 1)):
                one(stage, name, dict(attack), number, expectations)
    if BUILT.exists():
        vaults.run(stage, BUILT, attacks.SECRET, names & WITH_VAULTS)
    stage.tell(f"{stage.launcher}: the host's own files are as they were",
               (canary / "secret").read_bytes() == attacks.SECRET and os.listdir(canary) == ["secret"])
    stage.tell(f"{stage.launcher}: the host never took more than {HOST_MEBIBYTES} MiB",
               resident_mebibytes(stage.host.pid) <= HOST_MEBIBYTES, str(resident_mebibytes(stage.host.pid)))
    answer = stage.deploy(ROOT / "examples/hello", *stage.with_token())
    stage.tell(f"{stage.launcher}: after all of them an honest program runs", answer.code == 0, answer.text)


# One boot each: what ends by a budget, what fills memory and output, what looks for a way out.
IN_MACHINES = {"infinite_loop", "infinite_loop_fuel", "memory_bomb", "gc_bomb", "output_flood", "deep_recursion",
               "deep_blocks_budget", "path_escape", "connect_anywhere", "signals", "cross_preopens"}


def run_in_machines(stage, every):
    if stage.machines():
        run(stage, None if every else IN_MACHINES)
        stage.tell("vm: no machine is left, and no zombie", wait_until(
            lambda: not stage.running() and not stage.zombies(), 20), str(stage.keeps()))


def one(stage, name, attack, number, expectations):
    label = f"{stage.launcher}: {name}{f' {number}' if 'each' in attack else ''}: {attack['attack']}"
    listener = Listeners() if "{port}" in attack.get("args", []) else None
    if listener:
        attack["args"] = listener.arguments(attack["args"])
    app = application(stage, name, attack, number)
    if app is None:
        return print(f"SKIPPED {label}: not built")
    host = stage.host.pid
    process = stage.begin(*stage.deployment(app))
    drains = [attacks.Drain(pipe.buffer) for pipe in (process.stdout, process.stderr)]
    timer = threading.Timer(90, process.kill)
    timer.start()
    process.wait()
    timer.cancel()
    output, errors = (drain.text() for drain in drains)
    allowed = set(attacks.allowed((word for word in attack["exit"] if word != "not 0"), expectations["codes"]))
    if {"invalid", "memory", "trap"} & set(attack["exit"]):
        allowed |= REFUSED
    if stage.launcher == "vm":
        allowed.add(124)  # What emulation makes slow, the time budget ends.
    if "flood" in name:
        allowed.add(137)  # A workload's output and directories have budgets of their own.
    wrong = []
    if process.returncode < 0 or process.returncode not in allowed and "not 0" not in attack["exit"]:
        wrong.append(f"exit {process.returncode}")
    wrong += [f"its output has {word!r}" for word in expectations["defaults"]["never"] if word in output]
    if process.returncode == 0:
        wrong += [f"no {word!r} in its output" for word in attack.get("has", []) if word not in output]
    if process.returncode == 124 and "time" not in errors:
        wrong.append("the budget is not named")
    wrong += [f"standard error has {word!r}" for word in expectations["defaults"]["stderr_never"]
              if word in errors and "flood" not in name]
    if process.returncode != 0 and not errors.strip():
        wrong.append("no message")
    if listener and listener.one.was_reached():
        wrong.append("a connection arrived")
    if stage.host.poll() is not None or stage.host.pid != host:
        wrong.append("the host is gone")
        stage.start_host()
    stage.tell(f"{label} (exit {process.returncode})", not wrong, f"{wrong} {errors[-300:]}")
