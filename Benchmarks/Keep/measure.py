#!/usr/bin/env python3
"""measure.py DIRECTORY [ROUNDS]: how long keeps take, with the executables in DIRECTORY and a simulated TEE.

Prints a table: from the start of `martlet deploy` to the keep's verified evidence, to its end with receipt, and
what a program's own CPU time is in the interpreter and as machine code (by its receipt).
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

bin_ = os.path.abspath(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QUERY = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT sum(i * i % 7) FROM n;
DROP TABLE IF EXISTS t; CREATE TABLE t(a, b); BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) INSERT INTO t SELECT i, 'text ' || i FROM n;
COMMIT; SELECT count(*) FROM t WHERE b LIKE '%99%';
"""


def command(*arguments, **options):
    return subprocess.run([f"{bin_}/martlet", *arguments], capture_output=True, check=True, **options)


def wait_for(path):
    for _ in range(1000):
        if os.path.exists(path):
            return
        time.sleep(0.01)
    raise SystemExit(f"no {path}")


def deploy_times():
    """Seconds to the verdict and to the end of one deployment of hello."""
    start = time.monotonic()
    process = subprocess.Popen(
        [f"{bin_}/martlet", "deploy", f"{here}/examples/hello", "--policy", "policy.toml",
         "--allow-simulated", "--secret", "token=@token", "--receipt", "receipt"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    process.stderr.readline()
    verdict = time.monotonic() - start
    process.stderr.read()
    if process.wait() != 0:
        raise SystemExit("deploy failed")
    return verdict, time.monotonic() - start


def sqlite_cpu(engine):
    """CPU milliseconds of the query in a keep."""
    source = open(f"{here}/examples/sqlite/Martlet.toml").read()
    program = f"{here}/examples/sqlite/sqlite3.wasm"
    with open("M.toml", "w") as out:
        out.write(source.replace('program = "sqlite3.wasm"', f'program = "{program}"\nengine = "{engine}"'))
    times = []
    for _ in range(5):
        command("deploy", "M.toml", "--policy", "policy.toml", "--allow-simulated", "--vault-key",
                "notes=@key", "--receipt", "receipt", input=QUERY.encode())
        text = command("receipt", "verify", "receipt", "--policy", "policy.toml").stdout.decode()
        times.append(int(re.search(r"cpu (\d+) us", text).group(1)) / 1000)
    return statistics.median(times)


def main():
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        for name, size in (("token", 24), ("key", 32)):
            with open(name, "wb") as out:
                out.write(os.urandom(size))
        keep = f"{bin_}/martlet-keep"
        subprocess.run([f"{bin_}/martlet-simtee", "init", "--keep", keep, "."], check=True,
                       stdout=subprocess.DEVNULL)
        tee = subprocess.Popen([f"{bin_}/martlet-simtee", "serve", "--keep", keep, "--socket", "tee.sock"],
                               stdout=subprocess.DEVNULL)
        wait_for("tee.sock")
        host = subprocess.Popen([f"{bin_}/martlet", "host", "--keep", keep, "--simulated-tee", "tee.sock"],
                                stderr=subprocess.DEVNULL)
        wait_for("martlet-host.sock")
        try:
            deploy_times()
            pairs = [deploy_times() for _ in range(rounds)]
            for name, values in zip(("to the verified evidence", "to the end, with receipt"), zip(*pairs)):
                values = sorted(1000 * value for value in values)
                print(f"hello, {name}: median {statistics.median(values):.0f} ms, "
                      f"least {values[0]:.0f}, most {values[-1]:.0f}")
            if os.path.exists(f"{here}/examples/sqlite/sqlite3.wasm"):
                slow, fast = sqlite_cpu("interpreter"), sqlite_cpu("auto")
                print(f"SQLite in a vault: interpreter {slow:.0f} ms CPU, machine code {fast:.0f} ms "
                      f"({slow / fast:.1f} times), compiling included")
        finally:
            for process in (host, tee):
                process.terminate()
                process.wait()


main()
