"""A host in the middle that delays, cuts, reorders, repeats, changes and floods what it relays."""
import os
import socket
import time

from stage import HELLO, Relay

# Records of TLS: type 23, legacy version, length.
JUNK = b"\x17\x03\x03\x00\x40" + os.urandom(64)


# Records of either side until the channel is open; then a request a record, and an answer.
OPENING = 6


def passes(_direction, record, _number):
    return [record]


def late(seconds):
    def attack(_direction, record, _number):
        time.sleep(seconds)
        return [record]
    return attack


def crumbs(_direction, record, _number):
    return [record[index:index + 1] for index in range(len(record))]


def only(direction, number, change):
    """Attacks one record of one direction."""
    def attack(where, record, count):
        return change(record) if (where, count) == (direction, number) else [record]
    return attack


class Swap:
    """Gives two neighbouring records in the wrong order."""

    def __init__(self, direction, number):
        self.place, self.kept = (direction, number), None

    def __call__(self, direction, record, number):
        if (direction, number) == self.place:
            self.kept = record
            return []
        if self.kept is not None and direction == self.place[0]:
            kept, self.kept = self.kept, None
            return [record, kept]
        return [record]


def changes(direction, number):
    def flip(record):
        return [record[:-1] + bytes([record[-1] ^ 1])]
    return {
        "repeats": only(direction, number, lambda record: [record, record]),
        "leaves out": only(direction, number, lambda record: []),
        "flips a bit of": only(direction, number, flip),
        "cuts off in the middle of": only(direction, number, lambda record: [record[:-7], b""] and None),
        "puts junk before": only(direction, number, lambda record: [JUNK, record]),
        "reflects junk after": only(direction, number, lambda record: [record, JUNK]),
    }


def run(stage):
    path = "relay.sock"

    def deploy(attack, patience=40):
        relay = Relay(stage, path, attack)
        try:
            return stage.deploy(HELLO, *stage.with_token(), to=relay.path, patience=patience), relay
        finally:
            relay.close()

    answer, relay = deploy(passes)
    counts = {}
    for direction, data in relay.seen.items():
        count, rest = 0, data
        while len(rest) >= 5:
            rest = rest[5 + int.from_bytes(rest[3:5], "big"):]
            count += 1
        counts[direction] = count
    stage.tell(f"the honest relay works ({counts['up']} records up, {counts['down']} down)",
               answer.code == 0 and "Hello from the keep" in answer.output, answer.text)
    answer, _ = deploy(late(0.15))
    stage.tell("delays: every record 150 ms late is only slow", answer.code == 0, answer.text)
    answer, _ = deploy(crumbs)
    stage.tell("cuts into single bytes: only slow", answer.code == 0, answer.text)
    for direction in ("up", "down"):
        for number in range(1, counts[direction] + 1):
            for words, attack in {**changes(direction, number), "swaps": Swap(direction, number)}.items():
                # A record of an open channel that never comes is waited for: one such case below.
                if words in ("leaves out", "swaps") and number > OPENING:
                    continue
                started = time.monotonic()
                answer, _ = deploy(attack, patience=25)
                took = time.monotonic() - started
                says = "Hello from the keep" in answer.output
                # What was sent after the last record that mattered changes nothing; everything else
                # ends in an error with words, in time. Output is never a lie.
                fine = answer.code == 0 and says or answer.code not in (0, None) and "error" in answer.errors
                stage.tell(f"{words} record {number} {direction}: {'no harm' if answer.code == 0 else 'refused'}",
                           fine, f"exit {answer.code} after {took:.1f} s: {answer.text}")
    answer, _ = deploy(only("up", OPENING + 3, lambda record: []), patience=50)
    stage.tell("leaves out a request of the open channel: the owner waits for 30 s and no longer",
               answer.code not in (0, None) and "does not answer" in answer.errors, answer.text)
    answer, _ = deploy(only("down", 2, lambda record: time.sleep(14) or [record]), patience=40)
    stage.tell("delays: a host that holds the handshake for 14 s meets the time limit",
               answer.code not in (0, None) and "error" in answer.errors, answer.text)
    flood(stage)
    answer = stage.deploy(HELLO, *stage.with_token())
    stage.tell("after all of it an honest deployment works", answer.code == 0, answer.text)


def flood(stage):
    """Others flood the host and a keep while an owner deploys."""
    flooders = []
    for number in range(150):
        one = socket.socket(socket.AF_UNIX)
        one.connect(stage.at("host.sock"))
        one.sendall([b"", b"{", b'{"do":"start","launcher":"none"}\n', os.urandom(2000)][number % 4])
        flooders.append(one)
    answer = stage.deploy(HELLO, *stage.with_token())
    stage.tell("floods: 150 half-open and junk connections to the host delay no owner",
               answer.code == 0, answer.text)
    for one in flooders:
        one.close()
    app = stage.app("waiting", 'martlet = 1\nname = "waiting"\nprogram = "program.wat"\n[budgets]\nseconds = 60\n',
                    '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))')
    answer = stage.deploy(app, "--detach")
    keep = list(stage.keeps())[-1]
    flooders = []
    for _ in range(60):
        one = socket.socket(socket.AF_UNIX)
        one.connect(stage.at("host.sock"))
        one.sendall(b'{"do":"connect","keep":"%s"}\n' % keep.encode() + os.urandom(400))
        flooders.append(one)
    time.sleep(0.5)
    stage.tell("floods: 60 junk clients of one keep leave it running", keep in stage.running())
    for one in flooders:
        one.close()
    stage.run("stop", keep, "--to", f"unix:{stage.at('host.sock')}")
