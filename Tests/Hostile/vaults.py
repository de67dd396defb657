"""The hostile programs that need more than one program or one directory, in the form that they have in keeps.

A keep runs one program, and its directories are vaults or in its memory. So what another guest or another
user of the host could swap under a program's feet is the vault: its image's name, or the vault itself when a
second keep has it too.
"""
import ctypes
import os
import pathlib
import threading
import time

from stage import manifest

# renameat2(2): swaps two names in one step, so that one of them is always there.
RENAME_EXCHANGE, RENAMEAT2, AT_FDCWD = 2, 316, -100
LIBC = ctypes.CDLL(None, use_errno=True)

ENDLESS = '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))'


def exchange(one, other):
    if LIBC.syscall(RENAMEAT2, AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        raise OSError(ctypes.get_errno(), "renameat2")


class ImageSwapper(threading.Thread):
    """Another user of the host, who swaps a vault's image for a link to the outside until stopped."""

    def __init__(self, image, link):
        super().__init__(daemon=True)
        self.image, self.link, self.stopped, self.swaps = image, link, threading.Event(), 0
        self.start()

    def run(self):
        while not self.stopped.is_set():
            for _ in range(2):
                exchange(self.image, self.link)
                time.sleep(0.0005)
            self.swaps += 1

    def stop(self):
        self.stopped.set()
        self.join()


class Vaults:
    """An owner's vaults on one stage."""

    def __init__(self, stage):
        self.stage = stage
        self.key = stage.directory / "vaults.key"
        self.key.write_bytes(b"\x05" * 32)

    def image(self, name):
        owner = self.stage.run("key", self.stage.key).output.strip()
        folder = self.stage.directory / "host/vaults" / owner[:32]
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.vault"

    def command(self, what, image, *more):
        return self.stage.run("vault", what, image, *more, "--key-file", self.key)

    def app(self, name, program, directories, *arguments):
        extra = f"args = {['guest', *arguments]}\n".replace("'", '"') if arguments else ""
        for path, vault, rights in directories:
            extra += f'[[dir]]\npath = "{path}"\nvault = "{vault}"\n{rights}\n'
        body = program if isinstance(program, str) else program.read_bytes()
        suffix = "wat" if isinstance(program, str) else "wasm"
        budgets = 'memory = "64MiB"\nseconds = 60'
        return self.stage.app(name, manifest(name, extra, budgets, suffix), body)

    def deploy(self, app, vaults, *more):
        keys = [word for vault in vaults for word in ("--vault-key", f"{vault}=@{self.key}")]
        return self.stage.deploy(app, *keys, *more)

    def tell(self, name, holds, answer=None):
        self.stage.tell(f"{self.stage.launcher}: {name}", holds, answer and f"{answer.code} {answer.text[-500:]}")


def escaped(answer):
    return "ESCAPED" in answer.text


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}


def cross_preopens(vaults, program, secret):
    """From a writable vault into a read-only one that has files; then the owner compares those."""
    before, after = (vaults.stage.directory / name for name in ("before", "after"))
    (before / "folder").mkdir(parents=True)
    (before / "kept").write_bytes(secret)
    (before / "folder/inner").write_bytes(secret)
    image = vaults.image("second")
    vaults.command("create", image)
    for name in ("kept", "folder"):
        vaults.command("cp", image, before / name, f":/{name}", *(["-r"] if name == "folder" else []))
    app = vaults.app("cross", program, [("/work", "first", ""), ("/second", "second", "read-only = true")])
    answer = vaults.deploy(app, ["first", "second"])
    copied = vaults.command("cp", image, ":/", after, "-r")
    same = copied.code == 0 and content(after) == content(before)
    vaults.tell("cross_preopens: renames, links, truncates and writes from a writable into a read-only vault "
                f"(exit {answer.code})", answer.code == 0 and "read-only stayed so" in answer.output and same
                and not escaped(answer), answer)
    twice = vaults.app("twice", program, [("/work", "first", ""), ("/second", "first", "read-only = true")])
    answer = vaults.deploy(twice, ["first"])
    vaults.tell(f"cross_preopens: one vault under two names, one of them read-only: refused (exit {answer.code})",
                answer.code in (65, 69, 70) and "error:" in answer.errors, answer)


def symlink_race(vaults, program, canary):
    """The host's other users swap the vault's image for a link to a file outside while keeps start."""
    image = vaults.image("raced")
    link = image.with_name("raced.link")
    os.symlink(canary, link)
    app = vaults.app("raced", program, [("/work", "raced", "")])
    mark = vaults.stage.directory / "mark"
    mark.write_text("kept across the swaps\n")
    vaults.command("create", image)
    vaults.command("cp", image, mark, ":/mark")
    before = canary.read_bytes(), canary.stat().st_nlink
    swapper = ImageSwapper(image, link)
    answers = [vaults.deploy(app, ["raced"]) for _ in range(12 if vaults.stage.launcher == "process" else 3)]
    swapper.stop()
    ran = sum(answer.code == 0 for answer in answers)
    clear = all(answer.code == 0 or answer.code in (65, 69, 70) and "vault" in answer.errors for answer in answers)
    vaults.tell("symlink_race: the vault's image is swapped for a link to the outside while keeps start",
                clear and not any(map(escaped, answers)) and swapper.swaps > 10
                and (canary.read_bytes(), canary.stat().st_nlink) == before,
                next((answer for answer in answers if answer.code), None))
    again = vaults.deploy(app, ["raced"])
    out = vaults.command("cat", image, "/mark")
    vaults.tell(f"symlink_race: afterwards the vault opens with what was in it ({ran} of {len(answers)} programs "
                "ran meanwhile)", again.code == 0 and "refused" in again.output
                and out.output == "kept across the swaps\n", again)
    os.unlink(link)


def symlink_race_guests(vaults, program):
    """A second guest as the swapper: not beside the first, only before it."""
    endless = vaults.app("endless", ENDLESS, [("/work", "shared", "")])
    reader = vaults.app("reader", program, [("/work", "shared", "")])
    swapper = vaults.app("swapper", program, [("/work", "shared", "")], "swap")
    swapped = vaults.deploy(swapper, ["shared"])
    first = vaults.deploy(endless, ["shared"], "--detach")
    beside = vaults.deploy(reader, ["shared"])
    vaults.tell("symlink_race_guests: a second guest on a vault that a keep has is refused, the reason named "
                f"(exit {beside.code})", first.code == 0 and beside.code in (65, 69, 70) and "in use" in beside.errors
                and "opened" not in beside.output, beside)
    vaults.stage.stop_all()
    after = vaults.deploy(reader, ["shared"])
    vaults.tell("symlink_race_guests: the reader runs in the vault that the swapper left (exit "
                f"{swapped.code}, then {after.code})", swapped.code == 0 and after.code == 0
                and "refused" in after.output and not escaped(after), after)


def run(stage, programs, secret, names):
    """Those of the three that are named."""
    vaults = Vaults(stage)
    canary = pathlib.Path(stage.at("outside"))
    canary.write_bytes(secret)
    if "cross_preopens" in names:
        cross_preopens(vaults, programs / "cross_preopens.wasm", secret)
    if "symlink_race" in names:
        symlink_race(vaults, programs / "symlink_race.wasm", canary)
    if "symlink_race_guests" in names:
        symlink_race_guests(vaults, programs / "symlink_race.wasm")
