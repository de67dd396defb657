#!/usr/bin/env python3
"""SQLite and files in a vault beside others on the same disk. Python's standard library only.

    compare.py micro FOLDER        1,000-byte blobs, 1,000 to 175,000 rows: insert, read in order, at random
    compare.py speedtest FOLDER    SQLite's speedtest1 on a file
    compare.py disk FOLDER         4 KiB and 256 KiB, with and without sync; 100,000 small files
    compare.py plot                build/vault-bench/*.csv to Results/*.svg and tables for RESULTS.md

FOLDER is an empty folder on the disk to measure. Each command writes build/vault-bench/NAME.csv:
workload, size, system, seconds (or the metric that the workload names), every round. Systems:

    vault       martlet run --vault
    directory   martlet run --dir on the same disk: the same engine, the same program
    gocryptfs   martlet run --dir on gocryptfs (Debian), when FUSE is there
    native      the same SQLite, native, on the same disk

Needs .build/release/martlet and vault-benchmark, and build/benchmarks/sqlite (see README.md).
"""
import argparse
import csv
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MARTLET = pathlib.Path(os.environ.get("MARTLET", ROOT / ".build/release/martlet"))
BENCHMARK = ROOT / ".build/release/vault-benchmark"
SQLITE = ROOT / "build/benchmarks/sqlite"
OUT = ROOT / "build/vault-bench"
NOW = "SELECT printf('@ %.6f', (julianday('now') - 2440587.5) * 86400.0);\n"


class Disk:
    """One folder for each system, below a folder on the disk to measure."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key = self.folder / "key"
        self.key.write_bytes(os.urandom(32))
        self.image = self.folder / "bench.vault"
        self.plain = self.folder / "plain"
        self.cipher, self.mount = self.folder / "cipher", self.folder / "mount"
        self.has_gocryptfs = False
        self.fresh()

    def fresh(self):
        self.close()
        self.image.unlink(missing_ok=True)
        for path in (self.plain, self.cipher, self.mount):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
        subprocess.run([MARTLET, "vault", "create", self.image, "--key-file", self.key],
                       check=True, capture_output=True)
        self.has_gocryptfs = self.open_gocryptfs()

    def open_gocryptfs(self):
        if not shutil.which("gocryptfs"):
            return False
        password = self.folder / "password"
        password.write_text(os.urandom(16).hex())
        for flags in (["-init"], []):
            done = subprocess.run(
                ["gocryptfs", "-q", "-nosyslog", *flags, "-passfile", password, self.cipher,
                 *([] if flags else [self.mount])], stdin=subprocess.DEVNULL,
                # No pipe: the daemon would hold it open.
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30)
            if done.returncode:
                print("gocryptfs is left out: it cannot mount here", file=sys.stderr)
                return False
        return True

    def close(self):
        if self.has_gocryptfs:
            subprocess.run(["fusermount", "-u", self.mount], check=True)
            self.has_gocryptfs = False

    def remove(self):
        self.close()
        shutil.rmtree(self.folder)

    def systems(self):
        return ["vault", "directory"] + ["gocryptfs"] * self.has_gocryptfs + ["native"]

    def command(self, system, program, *arguments):
        wasm = SQLITE / f"{program}.wasm"
        if system == "vault":
            return [MARTLET, "run", "--vault", f"{self.image}::/db", "--vault-key-file", self.key,
                    wasm, *arguments, "/db/test.db"]
        if system == "native":
            return [SQLITE / program, *arguments, self.plain / "native.db"]
        folder = self.plain if system == "directory" else self.mount
        return [MARTLET, "run", "--dir", f"{folder}::/db", wasm, *arguments, "/db/test.db"]

    def run(self, system, program, *arguments, text=""):
        done = subprocess.run(
            [str(word) for word in self.command(system, program, *arguments)], input=text,
            capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{system}: {done.stderr[-500:]}")
        return done.stdout


def save(name, rows):
    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["workload", "size", "system", "value"])
        writer.writerows(rows)


def seconds(output):
    """Differences between the times that the program printed."""
    times = [float(line[2:]) for line in output.splitlines() if line.startswith("@ ")]
    return [after - before for before, after in zip(times, times[1:])]


def micro(disk, options):
    """Twine's three: page size 4 KiB, 2,048 pages of cache, journal DELETE, synchronous NORMAL."""
    settings = "PRAGMA page_size=4096; PRAGMA cache_size=2048; PRAGMA synchronous=NORMAL;\n"
    rows = []
    for size in options.sizes:
        count = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size})"
        insert = (
            settings + "DROP TABLE IF EXISTS t;"
            "CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB);\n" + NOW +
            f"BEGIN; {count} INSERT INTO t SELECT i, zeroblob(1000) FROM n; COMMIT;\n" + NOW)
        walk = (
            f"WITH RECURSIVE r(i, x) AS (SELECT 1, 12345 UNION ALL SELECT i + 1, "
            f"(x * 1103515245 + 12345) % 2147483648 FROM r WHERE i < {size}) "
            f"SELECT count(b), max(b) = zeroblob(1000) FROM r CROSS JOIN t "
            f"ON t.id = 1 + (r.x >> 8) % {size};\n")
        read = (settings + NOW + "SELECT count(*), max(b) = zeroblob(1000) FROM t;\n" + NOW + walk
                + NOW)
        for _ in range(options.rounds):
            for system in disk.systems():
                first, = seconds(disk.run(system, "sqlite-shell", "-batch", text=insert))
                order, random = seconds(disk.run(system, "sqlite-shell", "-batch", text=read))
                rows += [("insert", size, system, first), ("sequential read", size, system, order),
                         ("random read", size, system, random)]
        print(size, "rows done", flush=True)
        save("micro", rows)


def speedtest(disk, options):
    rows = []
    for _ in range(options.rounds):
        for system in disk.systems():
            if system == "vault":
                disk.fresh()
            for old in (*disk.plain.iterdir(), *disk.mount.iterdir()):
                old.unlink()
            output = disk.run(system, "speedtest1", "--size", str(options.size))
            total = 0.0
            for line in output.splitlines():
                words = line.split()
                if words and words[-1].endswith("s") and words[0].isdigit():
                    rows.append((words[0], options.size, system, float(words[-1][:-1])))
                    total += float(words[-1][:-1])
            rows.append(("total", options.size, system, total))
            print(system, round(total, 3), flush=True)
        save("speedtest", rows)


def disk_workloads(disk, options):
    rows = []
    for _ in range(options.rounds):
        runs = [("vault", disk.folder, "vault"), ("directory", disk.plain, "plain")]
        if disk.has_gocryptfs:
            runs.append(("gocryptfs", disk.mount, "plain"))
        for system, folder, kind in runs:
            for work in ("blocks", "files"):
                output = subprocess.run(
                    [BENCHMARK, folder, f"{kind}-{work}"], check=True, capture_output=True,
                    text=True).stdout
                for line in csv.reader(output.splitlines()[1:]):
                    rows.append((line[0], line[2], system, float(line[3])))
            print(system, flush=True)
            save("disk", rows)


COLOURS = {"vault": "#c2410c", "directory": "#7c9cbf", "gocryptfs": "#5b8a5b", "native": "#57606a",
           "sgx model": "#8b6fae"}


def medians(name):
    values = {}
    with open(OUT / f"{name}.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            values.setdefault((row["workload"], row["size"], row["system"]), []).append(
                float(row["value"]))
    return {key: statistics.median(found) for key, found in values.items()}


def bars(title, unit, groups):
    """An SVG of grouped horizontal bars: [(group, [(system, value)])]."""
    count = sum(len(items) for _, items in groups)
    height = 60 + 20 * count + 14 * len(groups)
    largest = max(value for _, items in groups for _, value in items)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 {height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        f"<title>{title}</title>", f'<rect width="820" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" font-size="15" font-weight="bold" fill="#1b1f24">{title}</text>']
    y = 40
    for group, items in groups:
        lines.append(f'<text x="12" y="{y + 13}" fill="#1b1f24">{group}</text>')
        for system, value in items:
            width = max(2.0, 380 * value / largest)
            lines += [
                f'<text x="312" y="{y + 13}" text-anchor="end" fill="#57606a">{system}</text>',
                f'<rect x="320" y="{y}" width="{width:.1f}" height="16" rx="2" '
                f'fill="{COLOURS.get(system, "#999999")}"/>',
                f'<text x="{326 + width:.1f}" y="{y + 13}" fill="#1b1f24">{value:.3g}</text>']
            y += 20
        y += 14
    lines += [f'<text x="320" y="{height - 6}" font-size="11" fill="#57606a">{unit}</text>', "</svg>"]
    return "\n".join(lines) + "\n"


def table(name, found, unit):
    systems = [s for s in COLOURS if any(key[2] == s for key in found)]
    print(f"\n| {name} ({unit}) | " + " | ".join(systems) + " | vault / directory |")
    print("|---" * (len(systems) + 2) + "|")
    for workload, size in dict.fromkeys((key[0], key[1]) for key in found):
        cells = [found.get((workload, size, system)) for system in systems]
        ratio = found[workload, size, "vault"] / found[workload, size, "directory"]
        shown = " | ".join("–" if cell is None else f"{cell:.4g}" for cell in cells)
        print(f"| {workload} {size} | {shown} | {ratio:.2f} |")


def plot(_disk, _options):
    results = HERE / "Results"
    results.mkdir(exist_ok=True)
    for name, unit in (("micro", "seconds"), ("speedtest", "seconds"), ("disk", "as named")):
        if not (OUT / f"{name}.csv").exists():
            continue
        found = medians(name)
        table(name, found, unit)
        keys = dict.fromkeys((key[0], key[1]) for key in found)
        if name == "speedtest":
            keys = {key: None for key in keys if key[0] == "total"}
        if name == "micro":
            largest = max(int(size) for _, size in keys)
            keys = {key: None for key in keys if int(key[1]) == largest}
        for metric in dict.fromkeys(size for _, size in keys) if name == "disk" else [None]:
            groups = [
                (f"{workload}" if metric else f"{workload}, {size}",
                 [(s, found[workload, size, s]) for s in COLOURS if (workload, size, s) in found])
                for workload, size in keys if metric in (None, size)]
            suffix = "" if metric is None else "-" + "".join(c for c in metric if c.isalnum())
            title = {"micro": "SQLite, 1,000-byte blobs", "speedtest": "SQLite speedtest1 on a file",
                     "disk": "Files and blocks"}[name]
            (results / f"{name}{suffix}.svg").write_text(
                bars(title, f"{metric or unit}, median", groups), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["micro", "speedtest", "disk", "plot"])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=25, help="of speedtest1")
    parser.add_argument("--sizes", type=lambda text: [int(word) for word in text.split(",")],
                        default=[1_000, 10_000, 50_000, 100_000, 175_000])
    options = parser.parse_args()
    work = {"micro": micro, "speedtest": speedtest, "disk": disk_workloads, "plot": plot}
    if options.what == "plot":
        plot(None, options)
        return
    if not options.folder:
        parser.error("name a folder on the disk to measure")
    disk = Disk(options.folder)
    try:
        work[options.what](disk, options)
    finally:
        disk.remove()


if __name__ == "__main__":
    main()
