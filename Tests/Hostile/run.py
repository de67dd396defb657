#!/usr/bin/env python3
"""Attacks and faults around keeps. Python's standard library only.

    run.py DIRECTORY [--table FILE] [--every] [NAME...]

DIRECTORY holds martlet, martlet-keep and martlet-simtee. The last line: `N attacks, M succeeded`.
"""
import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import guests  # noqa: E402
import kills  # noqa: E402
import leaks  # noqa: E402
import middle  # noqa: E402
from stage import Stage  # noqa: E402

# What stands above this line of the table's file is another's.
MARK = "<!-- written by Tests/Hostile/run.py -->"
PARTS = {
    "middle": (middle.run, "A host that delays, cuts, reorders, repeats, changes and floods"),
    "kills": (kills.run, "kill -9 of keep, host and client at every state"),
    "leaks": (leaks.run, "What a host gets to see"),
    "guests": (guests.run, "Hostile programs in keeps"),
    "machine-kills": (kills.run_in_machines, "kill -9 where keeps are virtual machines"),
    "machine-leaks": (leaks.run_in_machines, "What a host gets to see of virtual machines"),
    "machines": (guests.run_in_machines, "Hostile programs in keeps that are virtual machines"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--table", type=pathlib.Path, help="where to write all attacks as Markdown")
    parser.add_argument("--every", action="store_true", help="in machines all that is tried in processes")
    parser.add_argument("names", nargs="*", help=f"parts: {', '.join(PARTS)}; all unless said")
    options = parser.parse_intermixed_args()
    if unknown := set(options.names) - set(PARTS):
        sys.exit(f"run.py: no such part: {', '.join(sorted(unknown))}")
    total = failed = 0
    text = []
    for name in options.names or PARTS:
        body, title = PARTS[name]
        # Keeps that their clients left wait for ten seconds each.
        with Stage(options.directory, "--max-keeps", "400") as stage:
            if name.startswith("machine"):
                body(stage, options.every)
            else:
                body(stage)
            total += len(stage.rows)
            failed += stage.failures
            text += ["", f"## {title}", "", "| Attack or fault | Outcome |", "|---|---|"]
            text += [f"| {row} | {'held' if holds else '**SUCCEEDED**'} |" for row, holds in stage.rows]
    last = f"{total} attacks, {failed} succeeded"
    if options.table:
        before = options.table.read_text().partition(MARK)[0] if options.table.exists() else ""
        options.table.write_text(before + "\n".join([MARK, *text, "", last]) + "\n")
    print(last)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
