#!/usr/bin/env python3
"""Runs a module under the toolchain's `wasmkit` behind the flags of `martlet run`.

wasmkit names a preopened directory by its host path, so one directory is given as "." of its own
folder; programs of the suite then take the first preopen.
"""
import os
import sys
import tempfile


def main():
    arguments = sys.argv[1:]
    command, folder = ["wasmkit", "run"], None
    while arguments and arguments[0].startswith("--"):
        flag, value = arguments[0], arguments[1]
        arguments = arguments[2:]
        if flag == "--dir":
            folder = folder or value.partition("::")[0]
        elif flag == "--mem-dir":
            folder = folder or tempfile.mkdtemp(prefix="mem-dir-")
        elif flag == "--env":
            command += ["--env", value]
    if folder:
        command += ["--dir", "."]
    command += [os.path.abspath(arguments[0]), *arguments[1:]]
    os.chdir(folder or "/")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
