#!/usr/bin/env python3
"""Ends a database in a vault by `kill -9` at random points. Python's standard library only.

    kill.py SHELL.wasm                        martlet of .build, 200 kills, 100,000 rows
    kill.py SHELL.wasm --rounds 5 --rows 2000 --seed 7
    kill.py SHELL.wasm --command path/to/martlet

SQLite's shell (Benchmarks/Workloads/sqlite/build.sh) runs in the vault, changes rows in
transactions, and prints a number after each COMMIT; what it has printed was synced. Then the
process is killed. Afterwards the vault must open, SQLite's integrity check must be clean, every
transaction that was reported must be there whole, and at most one more. Every tenth time all rows
are compared and `vault fsck --data` must be clean. At the end the image must hold no word of the
database and look random.

`synchronous` is EXTRA: with FULL, SQLite does not sync the directory after it deletes the journal,
so its last transaction may be undone on any file system.
Last line: `kill: N passed, M failed`.
"""
import argparse
import collections
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BATCH = 20
TIMEOUT_SECONDS = 300


def text_of(identifier, version):
    """The body of a row, as SQL and the check make it: both are a function of its columns."""
    return f"printf('%d/%d/', {identifier}, {version}) || hex(zeroblob({identifier} % 300))"


class Database:
    def __init__(self, options, folder):
        self.martlet, self.shell = options.command, options.shell
        self.image, self.key = folder / "image.vault", folder / "key"
        self.key.write_bytes(os.urandom(32))
        self.vault("create")

    def vault(self, verb, *arguments):
        return subprocess.run(
            [self.martlet, "vault", verb, str(self.image), *arguments, "--key-file", str(self.key)],
            check=True, capture_output=True, text=True, timeout=TIMEOUT_SECONDS).stdout

    def command(self):
        return [self.martlet, "run", "--vault", f"{self.image}::/db", "--vault-key-file",
                str(self.key), str(self.shell), "-batch", "/db/test.db"]

    def run(self, sql):
        done = subprocess.run(
            self.command(), input=sql, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        if done.returncode:
            raise RuntimeError(f"exit code {done.returncode}: {done.stderr.strip()[-300:]}")
        return done.stdout.split()

    def fill(self, rows):
        self.run(
            "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
            "CREATE TABLE birds(id INTEGER PRIMARY KEY, version INTEGER NOT NULL, body TEXT);"
            "CREATE INDEX by_body ON birds(body);"
            "CREATE TABLE progress(number INTEGER NOT NULL); INSERT INTO progress VALUES(0);"
            "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            f"{rows}) INSERT INTO birds SELECT i, 0, {text_of('i', 0)} FROM n; COMMIT;\n")


def transaction(number, rows):
    """Inserts, updates and deletes, and the number of the transaction, all or nothing."""
    new = rows + number * BATCH
    return (
        "BEGIN;"
        f"WITH RECURSIVE n(i) AS (SELECT {new} UNION ALL SELECT i + 1 FROM n WHERE i < "
        f"{new + BATCH - 1}) INSERT INTO birds SELECT i, {number}, {text_of('i', number)} FROM n;"
        f"UPDATE birds SET version = {number}, body = {text_of('id', number)} "
        f"WHERE id BETWEEN {number * 37 % rows} AND {number * 37 % rows + 5};"
        f"DELETE FROM birds WHERE id BETWEEN {new - 10 * BATCH} AND {new - 10 * BATCH + 3};"
        f"UPDATE progress SET number = {number}; COMMIT;\n"
        f"SELECT 'done ' || number FROM progress;\n")


def disturb(database, first, rows, delay, waits):
    """Runs transactions from `first` on and kills the process; the last number it reported."""
    process = subprocess.Popen(
        database.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    reported = []
    began = threading.Event()

    def listen():
        for line in process.stdout:
            words = line.split()
            if line.endswith(b"\n") and len(words) == 2 and words[0] == b"done":
                reported.append(int(words[1]))
                began.set()

    def speak():
        try:
            process.stdin.write(b"PRAGMA synchronous=EXTRA;\n")
            for number in range(first, first + 100_000):
                process.stdin.write(transaction(number, rows).encode())
                process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass

    threads = [threading.Thread(target=work, daemon=True) for work in (listen, speak)]
    for thread in threads:
        thread.start()
    if waits:
        began.wait(30)
    time.sleep(delay)
    process.kill()
    process.wait()
    for thread in threads:
        thread.join(10)
    return reported[-1] if reported else first - 1


def judge(database, reported, rows, looks_closer):
    """What is wrong, or None; and the transaction that the database stands at.

    Rows of transactions are compared every time, all rows and the vault when it looks closer.
    """
    rows_to_read = "" if looks_closer else "version > 0 AND "
    answers = database.run(
        "PRAGMA integrity_check;"
        "SELECT number FROM progress;"
        f"SELECT count(*) FROM birds WHERE {rows_to_read}body IS NOT {text_of('id', 'version')};"
        "SELECT count(*) FROM birds WHERE version > (SELECT number FROM progress);\n")
    if answers[:1] != ["ok"]:
        return f"integrity check: {' '.join(answers)[:300]}", reported
    number, wrong, future = map(int, answers[1:4])
    if not reported <= number <= reported + 1:
        return f"reported transaction {reported}, found {number}", number
    if wrong or future:
        return f"{wrong} rows with wrong content, {future} of a transaction not there", number
    if number:
        new = rows + number * BATCH
        there, = map(int, database.run(
            f"SELECT count(*) FROM birds WHERE id >= {new} AND version = {number};\n"))
        if there != BATCH:
            return f"{there} of {BATCH} rows of transaction {number}", number
    if looks_closer and " 0 findings" not in database.vault("fsck", "--data"):
        return "vault fsck found something", number
    return None, number


def told(image):
    """What the image tells one without the key: a word it must not hold, or bytes that are uneven."""
    data = image.read_bytes()
    for word in (b"SQLite format 3", b"CREATE TABLE", b"birds", b"test.db", b"progress",
                 b"00000000000000000000"):
        if word in data or word.decode().encode("utf-16-le") in data:
            return f"the image holds {word!r}"
    # Blocks that were written look random: byte counts as of even chance, within 6 sigma of
    # chi-square with 255 degrees of freedom. Blocks never written are zeros.
    counts = [0] * 256
    for start in range(4 * 4096, len(data), 4096):
        block = data[start:start + 4096]
        if block.count(0) != len(block):
            for value, count in collections.Counter(block).items():
                counts[value] += count
    expected = sum(counts) / 256
    chi = sum((count - expected) ** 2 for count in counts) / expected
    return f"chi-square of bytes is {chi:.0f}" if abs(chi - 255) > 6 * 510 ** 0.5 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shell", type=pathlib.Path)
    parser.add_argument("--command", default=str(ROOT / ".build/release/martlet"))
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"kill: seed {options.seed}, {options.rounds} rounds, {options.rows} rows")
    generator = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vault-kill-"))
    passed = failed = number = during = extra = 0
    try:
        database = Database(options, folder)
        database.fill(options.rows)
        for turn in range(options.rounds):
            # Most kills hit transactions; some hit the opening, with a journal to roll back.
            waits = generator.random() < 0.85
            delay = generator.uniform(0, 0.12 if waits else 0.06)
            reported = disturb(database, number + 1, options.rows, delay, waits)
            during += reported - number
            problem, found = judge(database, reported, options.rows, turn % 10 == 9)
            extra += found - reported
            number = found
            if problem:
                failed += 1
                print(f"FAILED round {turn}, killed after {delay:.4f} s: {problem}")
            else:
                passed += 1
            if turn % 25 == 24:
                print(f"# {turn + 1} kills, {failed} failed, {number} transactions", flush=True)
        problem = told(database.image)
        print(f"FAILED the image: {problem}" if problem else
              f"ok {database.image.stat().st_size >> 20} MiB of image: no word of it, even bytes")
        failed, passed = (failed + 1, passed) if problem else (failed, passed + 1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{during} transactions reported before a kill, {extra} more were whole")
    print(f"kill: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not during else 0)


if __name__ == "__main__":
    main()
