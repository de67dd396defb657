"""kill -9 of keep, host and client at every state of the keep protocol."""
import threading
import time

from stage import HELLO, PATIENCE, Relay, ended, manifest, wait_until

# What the client's records carry, in order, once TLS stands.
WRITER = r"""
(module
  (import "wasi_snapshot_preview1" "path_open" (func $open
    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_sync" (func $sync (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 200) "mark")
  (data (i32.const 300) "kept across the kill\n")
  (func $check (param i32) (if (local.get 0) (then (call $exit (i32.add (i32.const 40) (local.get 0))))))
  (func (export "_start")
    (i32.store (i32.const 8) (i32.const 300)) (i32.store (i32.const 12) (i32.const 21))
    BODY))
"""
WRITE = r"""
    (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const 4)
      (i32.const 1) (i64.const 0x1fffffff) (i64.const 0) (i32.const 0) (i32.const 0)))
    (call $check (call $write (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 16)))
    (call $check (call $sync (i32.load (i32.const 0))))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))
    (loop (drop (call $write (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 16))) (br 0))
"""
READ = r"""
    (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const 4)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)))
    (i32.store (i32.const 8) (i32.const 1024)) (i32.store (i32.const 12) (i32.const 21))
    (call $check (call $read (i32.load (i32.const 0)) (i32.const 8) (i32.const 1) (i32.const 16)))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))
"""
VAULT = '[[dir]]\npath = "/data"\nvault = "notes"\n'


class Gate:
    """A relay's attack that stops before one record of the client and waits for the knife."""

    def __init__(self, number):
        self.number, self.reached, self.go = number, threading.Event(), threading.Event()

    def __call__(self, direction, record, number):
        if direction == "up" and number == self.number:
            self.reached.set()
            self.go.wait(20)
        return [record]


def states(stage):
    """How many records a client sends in a deployment."""
    relay = Relay(stage, "relay.sock", lambda _direction, record, _number: [record])
    stage.deploy(HELLO, *stage.with_token(), to=relay.path)
    relay.close()
    data, count = relay.seen["up"], 0
    while len(data) >= 5:
        data = data[5 + int.from_bytes(data[3:5], "big"):]
        count += 1
    return count


# The last words of a deployment of hello, counted from its end; before them pieces of the upload, and
# before those the handshake.
NAMES = ["goodbye", "stop", "receipt: ended", "start: provisioned", "attach: provisioned", "secret: provisioned",
         "attest: provisioned", "commit: begun"]


# What the client had sent by then starts the program: its keep has a result that the owner may fetch later.
STARTED = {"goodbye", "stop", "receipt: ended", "start: provisioned", "attach: provisioned"}


def name(number, count):
    from_end = count - number
    if from_end < len(NAMES):
        return NAMES[from_end]
    return {1: "ClientHello: empty", 2: "TLS handshake: empty", 3: "TLS handshake: empty", 4: "TLS handshake: empty",
            5: "offer: empty"}.get(number, "upload: attested")


def at_state(stage, number, victim, label):
    gate = Gate(number)
    relay = Relay(stage, "relay.sock", gate)
    before = set(stage.keeps())
    client = stage.begin(*stage.deployment(HELLO, *stage.with_token(), to=relay.path))
    if not gate.reached.wait(PATIENCE):
        stage.finish(client, 5)
        relay.close()
        return stage.tell(f"{label}: the state was reached", False)
    keep = (set(stage.keeps()) - before or {""}).pop()
    processes = stage.keep_processes()
    host = stage.host.pid
    if victim == "keep":
        for pid in processes:
            stage.kill(pid)
    elif victim == "host":
        stage.kill(host)
        stage.host.wait()
    else:
        stage.kill(client.pid)
    gate.go.set()
    answer = stage.finish(client, 20)
    relay.close()
    wrong = []
    if victim == "client":
        return keep
    else:
        if answer.code in (0, None) and "Hello from" not in answer.output:
            wrong.append(f"the client exits with {answer.code}: {answer.text}")
        if answer.code not in (0, None) and "error:" not in answer.errors:
            wrong.append(f"no clear error: {answer.text}")
    if victim == "host":
        if not wait_until(lambda: all(ended(pid) for pid in processes), 10):
            wrong.append("a keep outlives its host")
        stage.start_host()
        wrong += leftovers(stage)
    elif not wait_until(lambda: not stage.zombies(), 5):
        wrong.append("a zombie is left")
    if stage.host.poll() is not None:
        wrong.append("the host is gone")
    return stage.tell(label, not wrong, "; ".join(wrong))


def leftovers(stage):
    """What a killed host's successor did not clear away."""
    return [f"{path.name} is left" for kind in ("*.sock", "vaults/*/*.spare")
            for path in (stage.directory / "host").glob(kind)]


def title(stage, number, victim, count):
    return f"{stage.launcher}: kill -9 of the {victim} before record {number} ({name(number, count)})"


def run(stage):
    count = states(stage)  # The last one, goodbye, may come too late to be relayed.
    clients(stage, count, range(1, count))
    for number in range(1, count):
        for victim in ("keep", "host"):
            at_state(stage, number, victim, title(stage, number, victim, count))
    vault(stage, ("keep", "host", "client"))


def run_in_machines(stage, every):
    """The keep is QEMU, which hears of nothing by itself; every state, or one."""
    if not stage.machines():
        return
    count = states(stage)
    if every:
        clients(stage, count, range(1, count))
    for number in range(1, count) if every else [count - NAMES.index("start: provisioned")]:
        for victim in ("keep", "host"):
            at_state(stage, number, victim, title(stage, number, victim, count))
    vault(stage, ("keep", "host", "client") if every else ("host",))
    stage.stop_all()
    stage.tell("vm: no machine is left, and no zombie", wait_until(
        lambda: not stage.keep_processes() and not stage.zombies(), 5))


def clients(stage, count, numbers):
    # A keep without a client waits for another for ten seconds, so these are looked at together.
    left = {number: at_state(stage, number, "client", title(stage, number, "client", count))
            for number in numbers}
    unstarted = {keep for number, keep in left.items() if name(number, count) not in STARTED}
    wait_until(lambda: not unstarted & set(stage.running()), 20)
    listed, running = stage.keeps(), stage.running()
    for number, keep in left.items():
        ends = keep in listed and (keep not in running or name(number, count) in STARTED)
        stage.tell(title(stage, number, "client", count), ends and stage.host.poll() is None,
                   listed.get(keep, "no keep"))
    stage.tell(f"{stage.launcher}: kill -9 of clients: no zombie is left",
               wait_until(lambda: not stage.zombies(), 5))


def vault(stage, victims):
    """kill -9 while a program writes to its vault; then another program reads what was synced."""
    key = stage.directory / "vault.key"
    key.write_bytes(b"\x07" * 32)
    more = ["--vault-key", f"notes=@{key}"]
    writer = stage.app("writer", manifest("notes", VAULT), WRITER.replace("BODY", WRITE))
    reader = stage.app("reader", manifest("notes", VAULT), WRITER.replace("BODY", READ))
    for victim in victims:
        client = stage.begin(*stage.deployment(writer, *more))
        line = client.stdout.readline()
        time.sleep(0.3)
        processes = stage.keep_processes()
        if victim == "keep":
            for pid in processes:
                stage.kill(pid)
        elif victim == "host":
            stage.kill(stage.host.pid)
            stage.host.wait()
        else:
            stage.kill(client.pid)
        answer = stage.finish(client, 20)
        if victim == "host":
            wait_until(lambda: all(ended(pid) for pid in processes), 10)
            stage.start_host()
        if victim == "client":
            stage.stop_all()
        clear = victim == "client" or answer.code not in (0, None) and "error:" in answer.errors
        again = stage.deploy(reader, *more)
        stage.tell(f"{stage.launcher}: kill -9 of the {victim} while a program writes to its vault: the vault opens, and what was "
                   "synced is there", clear and "kept across" in line and again.code == 0
                   and "kept across the kill" in again.output, f"{answer.text} {again.code} {again.text}")
    images = list((stage.directory / "host/vaults").rglob("*.vault"))
    plain = any(b"kept across" in image.read_bytes() for image in images)
    stage.tell(f"{stage.launcher}: the vault's image holds nothing in the clear", images and not plain)
