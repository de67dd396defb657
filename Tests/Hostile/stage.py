"""The stage of attacks on keeps: a simulated TEE, a host and clients, each a process of its own below one
scratch directory. Python's standard library only.
"""
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
QEMU = "/usr/bin/qemu-system-x86_64"
# Scripts/kernel.sh fetches it.
KERNEL = ROOT / "build/kernel/cloud"
HELLO = ROOT / "examples/hello"
# Ends at the latest after this many seconds, whatever the attack: nothing may hang.
PATIENCE = 60


def wait_until(condition, seconds=10.0):
    """Whether a condition became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


def ended(pid):
    """Whether a process is gone, and no zombie either."""
    return not os.path.exists(f"/proc/{pid}")


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                words = pathlib.Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(words[1]) == pid:
                found.append((int(entry), words[0]))
    return found


def permit_core_files():
    """So that a secret in one would be found."""
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class Answer:
    """How a command ended and what it said."""

    def __init__(self, process, output, errors):
        self.code, self.output, self.errors = process.returncode, output, errors

    @property
    def text(self):
        return self.output + self.errors


class Stage:
    """Everything that one attack needs; `with` ends all of it."""

    def __init__(self, binaries, *host_options):
        self.binaries = pathlib.Path(binaries).resolve()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="martlet-hostile-"))
        self.processes, self.host_options, self.rows, self.host = [], host_options, [], None
        self.launcher = "process"
        self.secret = os.urandom(12).hex()
        (self.directory / "token").write_text(self.secret)
        self.policy, self.key = self.directory / "policy.toml", self.directory / "owner.key"

    def __enter__(self):
        keep = str(self.binaries / "martlet-keep")
        subprocess.run([self.tool("martlet-simtee"), "init", "--keep", keep, str(self.directory)],
                       check=True, stdout=subprocess.DEVNULL)
        self.tee = self.start("martlet-simtee", "serve", "--keep", keep, "--socket", self.at("tee.sock"))
        wait_until((self.directory / "tee.sock").exists)
        self.start_host()
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        subprocess.run(["rm", "-rf", str(self.directory)], check=False)

    def at(self, name):
        return str(self.directory / name)

    def tool(self, name):
        return str(self.binaries / name)

    def start(self, name, *arguments):
        with open(self.at(f"{name}.log"), "ab") as log:
            process = subprocess.Popen([self.tool(name), *arguments], stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, cwd=self.directory,
                                       preexec_fn=permit_core_files)
        self.processes.append(process)
        return process

    def start_host(self):
        path = self.directory / "host.sock"
        path.unlink(missing_ok=True)
        self.host = self.start(
            "martlet", "host", "--listen", f"unix:{path}", "--state", self.at("host"), "--keep",
            self.tool("martlet-keep"), "--simulated-tee", self.at("tee.sock"), *self.host_options)
        wait_until(path.exists)

    def machines(self):
        """Starts the host anew with an image; from here on keeps are virtual machines. False without QEMU."""
        if not (os.access(QEMU, os.X_OK) and (KERNEL / "vmlinuz").exists()):
            print("SKIPPED keeps in machines: no QEMU, or no kernel (Scripts/kernel.sh cloud)")
            return False
        keep, directory, machine = (self.directory / name for name in ("keep", "image", "machine"))
        subprocess.run(["strip", "-o", keep, self.tool("martlet-keep")], check=True)
        subprocess.run(
            [self.tool("martlet"), "image", "build", "--simulated", "--keep", keep, "--kernel",
             KERNEL / "vmlinuz", "--modules", KERNEL / "modules", "-o", directory],
            check=True, stdout=subprocess.DEVNULL)
        facts = json.loads((directory / "image.json").read_text())
        machine.mkdir()
        known = ["--measurement", facts["simulated"]]
        subprocess.run([self.tool("martlet-simtee"), "init", *known, machine], check=True,
                       stdout=subprocess.DEVNULL)
        self.tee = self.start("martlet-simtee", "serve", *known, "--socket", str(machine / "tee.sock"))
        wait_until((machine / "tee.sock").exists)
        self.host.terminate()
        self.host.wait()
        # Disks that can be searched whole.
        self.host_options += ("--image", str(directory), "--machine-simulated-tee",
                              str(machine / "tee.sock"), "--max-vault", "64MiB")
        self.start_host()
        self.launcher, self.policy = "vm", machine / "policy.toml"
        return True

    def run(self, *arguments, patience=PATIENCE, **options):
        """A command of martlet to its end; code None when it had to be killed."""
        process = self.begin(*arguments, **options)
        return self.finish(process, patience)

    def begin(self, *arguments, **options):
        return subprocess.Popen(
            [self.tool("martlet"), *map(str, arguments)], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", **options)

    def finish(self, process, patience=PATIENCE):
        late = False
        try:
            output, errors = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            late = True
        answer = Answer(process, output, errors)
        if late:
            answer.code = None
        return answer

    def deployment(self, app, *more, to=None, policy=None):
        return ["deploy", app, "--to", f"unix:{to or self.at('host.sock')}", "--policy",
                policy or self.policy, "--key", self.key, "--allow-simulated", "--launcher",
                self.launcher, *more]

    def with_token(self):
        return ["--secret", f"token=@{self.at('token')}"]

    def deploy(self, app=HELLO, *more, to=None, policy=None, **options):
        return self.run(*self.deployment(app, *more, to=to, policy=policy), **options)

    def keeps(self):
        """What the host lists: {keep: line}."""
        text = self.run("ps", "--to", f"unix:{self.at('host.sock')}").output
        return {line.split()[0]: line for line in text.splitlines() if line.startswith("k")}

    def stop_all(self):
        for keep in self.running():
            self.run("stop", keep, "--to", f"unix:{self.at('host.sock')}")
        wait_until(lambda: not self.running(), 20)

    def running(self):
        return [name for name, line in self.keeps().items() if "running" in line]

    def keep_processes(self):
        return [pid for pid, _ in children(self.host.pid)]

    def zombies(self):
        return [pid for pid, state in children(self.host.pid) if state == "Z"]

    def kill(self, pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def app(self, name, manifest, program):
        folder = self.directory / name
        folder.mkdir(exist_ok=True)
        (folder / "Martlet.toml").write_text(manifest)
        target = folder / f"program{'.wat' if isinstance(program, str) else '.wasm'}"
        target.write_bytes(program.encode() if isinstance(program, str) else program)
        return folder

    def tell(self, name, holds, detail=""):
        """One line of the table; an attack that succeeds is told as such."""
        self.rows.append((name, bool(holds)))
        print(f"{'ok     ' if holds else 'FAILED '} {name}" + (f": {detail}" if detail and not holds else ""),
              flush=True)
        return holds

    @property
    def failures(self):
        return sum(not holds for _, holds in self.rows)


def manifest(name="guest", extra="", budgets='memory = "64MiB"\nseconds = 20', suffix="wat"):
    return f'martlet = 1\nname = "{name}"\nprogram = "program.{suffix}"\n{extra}\n[budgets]\n{budgets}\n'


class Relay:
    """The host as an attacker in the middle: a Unix socket between a client and the real host.

    The first line each way is the host's protocol and goes through. Then `attack(direction, record,
    number)` sees each TLS record (direction `up` to the keep, `down` to the client) and gives the list of
    bytes to pass on instead; None cuts both sides off.
    """

    def __init__(self, stage, name, attack):
        import threading
        self.path, self.attack, self.seen = stage.at(name), attack, {"up": b"", "down": b""}
        self.target = stage.at("host.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(8)
        self.threading, self.started = threading, False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        host = socket.socket(socket.AF_UNIX)
        try:
            host.connect(self.target)
            for source, target in ((client, host), (host, client)):
                line = b""
                while not line.endswith(b"\n"):
                    piece = source.recv(1)
                    if not piece:
                        raise OSError
                    line += piece
                target.sendall(line)
        except OSError:
            client.close()
            host.close()
            return
        ends = [self.threading.Thread(target=self.move, args=one, daemon=True)
                for one in ((client, host, "up"), (host, client, "down"))]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
        client.close()
        host.close()

    def move(self, source, target, direction):
        buffered, number = b"", 0
        try:
            while piece := source.recv(1 << 16):
                self.seen[direction] += piece
                buffered += piece
                while len(buffered) >= 5 and len(buffered) >= 5 + int.from_bytes(buffered[3:5], "big"):
                    size = 5 + int.from_bytes(buffered[3:5], "big")
                    record, buffered = buffered[:size], buffered[size:]
                    number += 1
                    changed = self.attack(direction, record, number)
                    if changed is None:
                        return
                    for part in changed:
                        target.sendall(part)
        except OSError:
            pass
        finally:
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self.listener.close()
        os.unlink(self.path)
