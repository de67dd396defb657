"""What a host gets to see: nothing of a workload before a keep was appraised, and no secret ever."""
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import threading
import time

from stage import HELLO, Relay, children, manifest, wait_until

WAITING = '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))'
SECRET = '[[secret]]\nname = "token"\n'


def records(data):
    sizes = []
    while len(data) >= 5:
        size = 5 + int.from_bytes(data[3:5], "big")
        sizes.append((data[0], size))
        data = data[size:]
    return sizes


def run(stage):
    before_send(stage)
    false_keeps(stage)
    secrets(stage)
    own_users(stage)
    cores(stage)


def run_in_machines(stage, _every):
    if stage.machines():
        secrets(stage)
        cores(stage)


def before_send(stage):
    """A genuine keep that the policy refuses: all bytes that reach it, for a small and a large workload."""
    other = stage.directory / "other.toml"
    text = stage.policy.read_text()
    line = next(one for one in text.splitlines() if one.startswith("measurement = "))
    other.write_text(text.replace(line, f'measurement = "{"00" * 48}"', 1))
    large = stage.app("large", manifest("large", SECRET), WAITING[:-1] + "".join(
        f'(data "{os.urandom(2000).hex()}")' for _ in range(400)) + ")")
    big_token = stage.directory / "big-token"
    big_token.write_text(os.urandom(30_000).hex())
    seen = []
    for app, token in ((HELLO, stage.at("token")), (large, big_token)):
        relay = Relay(stage, "relay.sock", lambda _direction, record, _number: [record])
        answer = stage.deploy(app, "--secret", f"token=@{token}", to=relay.path, policy=other)
        relay.close()
        stage.tell(f"attest before send: a keep that the policy refuses ends {app.name} with 77, the "
                   "policy's line named", answer.code == 77 and "other.toml:" in answer.errors, answer.text)
        seen.append(relay.seen["up"])
    shapes = [records(one) for one in seen]
    # Signatures in DER differ by a few bytes, and the alert at the end may come too late to be relayed.
    longer = max(shapes, key=len)[min(map(len, shapes)):]
    alike = (not longer or longer == [(23, 24)]) and all(
        left[0] == right[0] and abs(left[1] - right[1]) <= 8 for left, right in zip(*shapes))
    stage.tell("attest before send: what the refused keep got has the same records for 4 KB and for 1.6 MB of "
               "workload", alike, str(shapes))
    stage.tell(f"attest before send: {len(seen[0])} bytes in all reached it, less than the program alone",
               len(seen[0]) < 4096)


class FalseKeep(threading.Thread):
    """A host that answers for the keep: ends TLS itself and keeps every plain byte that the client sends."""

    def __init__(self, stage, speech):
        super().__init__(daemon=True)
        self.speech, self.plain, self.path = speech, b"", stage.at("false.sock")
        certificate, key = stage.at("false.pem"), stage.at("false.key")
        if not os.path.exists(certificate):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                            "-subj", "/CN=martlet"], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.context.num_tickets = 0
        self.context.load_cert_chain(certificate, key)
        self.context.set_alpn_protocols(["martlet-attest/1"])
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(1)
        self.start()

    def run(self):
        try:
            client, _ = self.listener.accept()
            line = b""
            while not line.endswith(b"\n"):
                line += client.recv(1)
            client.sendall(b'{"ok":true,"keep":"k1"}\n')
            peer = self.context.wrap_socket(client, server_side=True)
            peer.settimeout(3)
            for part in self.speech:
                if isinstance(part, bytes):
                    peer.sendall(part)
                else:
                    time.sleep(part)
            while piece := peer.recv(1 << 16):
                self.plain += piece
        except OSError:
            pass

    def close(self):
        self.join(20)
        self.listener.close()
        os.unlink(self.path)


def message(kind, body=b""):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def false_keeps(stage):
    """The plaintext that a false keep gets is one offer, and perhaps one refusal."""
    attests = message(1, b"\x01\x01\x00\x00")
    speeches = {
        "says nothing": [],
        "offers evidence and shows none": [attests],
        "offers none": [message(1, b"\x01\x00\x00\x00")],
        "says at once that it is ready": [attests, message(3)],
        "shows junk as evidence": [attests, message(2, os.urandom(3000))],
        "talks like a keep that is open": [attests, message(3), b"\x00\x00\x00\x02\x82\x01\x02"],
        "announces 16 MiB of evidence": [attests, b"\x02\xff\xff\xff"],
        "refuses": [message(4, b"\x00\x01")],
    }
    for words, speech in speeches.items():
        false = FalseKeep(stage, speech)
        answer = stage.deploy(HELLO, *stage.with_token(), to=false.path)
        false.close()
        rest, kinds = false.plain, []
        while len(rest) >= 4:
            size = 4 + int.from_bytes(rest[1:4], "big")
            kinds.append(rest[0])
            rest = rest[size:]
        clean = kinds in ([1], [1, 4]) and not rest and len(false.plain) < 400
        stage.tell(f"attest before send: a false keep that {words} gets an offer and nothing else "
                   f"({len(false.plain)} plain bytes), exit {answer.code}",
                   clean and answer.code in (69, 77) and "error" in answer.errors,
                   f"{kinds} {false.plain[:80]!r} {answer.text}")


def memory_of(pid, most=1 << 30):
    """Everything readable of a process's memory, in pieces; of each mapping so many bytes."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            parts = line.split()
            if "r" not in parts[1] or parts[-1] in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                continue
            low, high = (int(one, 16) for one in parts[0].split("-"))
            for start in range(low, min(high, low + most), 1 << 24):
                try:
                    memory.seek(start)
                    yield memory.read(min(1 << 24, high - start))
                except OSError:
                    break


def holds(pieces, *words):
    return any(word in piece for piece in pieces for word in words)


def files(*folders):
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_file() and path.stat().st_size < 1 << 30:
                yield path.read_bytes()


def secrets(stage):
    """While a program runs with a secret: memory, arguments, environment, files, logs and traffic."""
    stage.stop_all()  # What the refused left behind waits for other owners.
    token = stage.secret.encode()
    marker = os.urandom(12).hex()
    app = stage.app("secretive", manifest("secretive", SECRET, 'seconds = 60'), WAITING[:-1] + f'(data "{marker}"))')
    relay = Relay(stage, "relay.sock", lambda _direction, record, _number: [record])
    answer = stage.deploy(app, "--detach", *stage.with_token(), to=relay.path)
    words = (token, marker.encode())

    def tell(text, holds, detail=""):
        stage.tell(f"{stage.launcher}: secrets: {text}", holds, detail)

    tell("a program runs with one", answer.code == 0, answer.text)
    host = stage.host.pid
    tell("none in the memory of the host's process", not holds(memory_of(host), *words))
    tell("none in the memory of what plays the hardware", not holds(memory_of(stage.tee.pid), *words))
    keeps = [pid for pid, _ in children(host)]
    for pid in [host, *keeps]:
        who = "host" if pid == host else "keep" if stage.launcher == "process" else "emulator"
        for name in ("cmdline", "environ", "comm", "maps", "status", "mountinfo"):
            try:
                data = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
            except OSError:
                continue
            if holds([data], *words):
                tell(f"none in /proc/PID/{name} of the {who}", False)
    tell("none in arguments, environment, maps and status of host and keep", True)
    for pid in keeps:
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        core = next(line for line in limits.splitlines() if "core file" in line).split()[4]
        tell(f"the {who} may write no core file", core == "0", limits)
        if stage.launcher == "vm":
            # So the search can find what is there; and what a simulated TEE protects is told plainly.
            tell("none is protected from who may read the emulator's memory: the same search finds them there",
                 holds(memory_of(pid, 1 << 33), *words))
            continue
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        user = int(next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1])
        bare = ["setpriv", "--reuid", str(user), "--bounding-set", "-all", "--inh-caps", "-all", "cat"]
        looks = [len(subprocess.run([*bare, f"/proc/{pid}/{name}"], capture_output=True).stdout)
                 for name in ("environ", "auxv", "mem")]
        own = subprocess.run([*bare, "/proc/self/environ"], capture_output=True).returncode
        tell("the keep can not be traced by its own user without a right to trace all",
             own == 0 and not any(looks), f"user {user}, {own} {looks}")
    tell("none in the host's files, logs and sockets' directory, nor in shared memory",
         not holds(files(stage.at("host"), "/dev/shm"), *words)
         and not holds((path.read_bytes() for path in stage.directory.glob("*.log")), *words))
    relay.close()
    tell("none in what the host relayed",
         not holds([relay.seen["up"], relay.seen["down"]], *words, b"_start"))
    keep = list(stage.keeps())[-1]
    logs = stage.run("logs", keep, "--to", f"unix:{stage.at('host.sock')}")
    tell("none in `martlet logs`", stage.secret not in logs.text and marker not in logs.text)
    listed = stage.run("ps", "--json", "--to", f"unix:{stage.at('host.sock')}")
    tell("none in `martlet ps`", stage.secret not in listed.text)


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


# Users of keeps when root starts them; nobody where this is a container that has none of them.
FIRST_USER, NOBODY = 0x7000_0000, 65534


def own_users(stage):
    """What keeps are to the kernel: of three that root starts, none is root or another's user."""
    if os.geteuid() != 0:
        return print("SKIPPED users of keeps: not started by root")
    stage.stop_all()
    app = stage.app("waiting", manifest("waiting", budgets="seconds = 60"), WAITING)
    for _ in range(3):
        stage.deploy(app, "--detach")
    facts = [status_of(pid) for pid, _ in children(stage.host.pid)]
    users = [{int(user) for user in fact["Uid"] + fact["Gid"]} for fact in facts]
    alone = len(users) == 3 and all(len(user) == 1 and min(user) >= FIRST_USER for user in users)
    apart = len(set().union(*users)) == 3 or set().union(*users) == {NOBODY}
    stage.tell("process: a keep that root starts is a user of its own to the kernel, not root and no other keep",
               (alone or users == [{NOBODY}] * 3) and apart, str(users))
    bare = all(not fact["Groups"] and set(fact["CapEff"] + fact["CapPrm"] + fact["CapBnd"]) == {"0" * 16}
               and fact["NoNewPrivs"] == ["1"] and fact["Seccomp"] == ["2"] for fact in facts)
    stage.tell("process: it has no groups, no rights, no way to get any, and a filter of system calls", bare)
    stage.stop_all()


def cores(stage):
    """The keep and the host die with SIGABRT where core files are allowed without a limit."""
    words = (stage.secret.encode(),)
    for pid, _ in children(stage.host.pid):
        os.kill(pid, signal.SIGABRT)
    wait_until(lambda: not stage.running(), 10)
    os.kill(stage.host.pid, signal.SIGABRT)
    stage.host.wait()
    time.sleep(0.5)
    dumps = [path for path in stage.directory.rglob("core*") if path.is_file()]
    stage.tell(f"{stage.launcher}: secrets: none in core files ({len(dumps)} written, none by the keep)",
               not holds((path.read_bytes() for path in dumps), *words) and len(dumps) <= 1)
    stage.start_host()
