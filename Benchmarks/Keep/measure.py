#!/usr/bin/env python3
"""Measures keeps and writes RESULTS.md beside itself. Python's standard library only.

    measure.py DIRECTORY [--vm-rounds N]

DIRECTORY holds martlet, martlet-keep and martlet-simtee. The clock starts with the owner's command
and stops at its line that says what was verified: launch, boot, TLS, evidence and appraisal.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "Tests/Hostile"))
from stage import HELLO, Stage  # noqa: E402


def attested(stage):
    """Milliseconds from the command's start to its verdict, and to its end."""
    start = time.monotonic()
    process = subprocess.Popen(
        [stage.tool("martlet"), *map(str, stage.deployment(
            HELLO, *stage.with_token()))],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    line = process.stderr.readline()
    verdict = (time.monotonic() - start) * 1e3
    process.stderr.read()
    if process.wait() != 0 or not line.startswith(b"SIMULATED"):
        sys.exit(f"measure.py: the deployment failed: {line!r}")
    return verdict, (time.monotonic() - start) * 1e3


def rounds(stage, count):
    for _ in range(2 if count > 5 else 1):
        attested(stage)
    both = []
    for _ in range(count):
        both.append(attested(stage))
    return [statistics.median(one) for one in zip(*both)], [min(one) for one in zip(*both)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--vm-rounds", type=int, default=5)
    options = parser.parse_args()
    rows = []
    with Stage(options.directory) as stage:
        median, best = rounds(stage, options.rounds)
        rows += [("process keep, requested to attested", f"{median[0]:.0f} ms (best {best[0]:.0f})", "50 ms"),
                 ("the same to the program's end and receipt", f"{median[1]:.0f} ms (best {best[1]:.0f})", "")]
        if stage.machines():
            facts = json.loads((stage.directory / "image/image.json").read_text())
            rows.append(("martlet-keep, static, stripped",
                         f"{(stage.directory / 'keep').stat().st_size / 1e6:.1f} MB", "20 MB"))
            rows.append(("VM's initial disk, compressed", f"{facts['initrd-bytes'] / 1e6:.1f} MB", "12 MB"))
            median, best = rounds(stage, options.vm_rounds)
            rows.append(("VM keep (QEMU q35, TCG), requested to attested",
                         f"{median[0] / 1e3:.2f} s (best {best[0] / 1e3:.2f})", "4 s"))
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                      if line.startswith("model name")), "unknown")
    text = [
        "# Keeps: figures", "",
        f"`Benchmarks/Keep/measure.py .build/release`, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} "
        f"processors ({processor}), load {os.getloadavg()[0]:.1f} at the end; medians of {options.rounds} "
        f"({options.vm_rounds} of machines). Owner, host, simulated TEE and keep share the processors.", "",
        "| What | Found | Goal, at most |", "|---|---|---|"]
    text += [f"| {what} | {found} | {goal} |" for what, found, goal in rows]
    (HERE / "RESULTS.md").write_text("\n".join(text) + "\n")
    print("\n".join(text))


if __name__ == "__main__":
    main()
