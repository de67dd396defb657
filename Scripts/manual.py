#!/usr/bin/env python3
"""Writes a manual page from the commands' own declarations.

Reads what `martlet --experimental-dump-help` prints and writes mdoc-free roff, man(7).
"""
import json
import sys


def escape(text):
    """Text that roff prints as it stands."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def spelling(argument):
    """How an argument is written on the command line."""
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        return f"\\fI{escape(value)}\\fR"
    names = []
    for name in argument.get("names", []):
        dashes = "-" if name["kind"] == "short" else "--"
        names.append(f"\\fB{escape(dashes + name['name'])}\\fR")
    text = ", ".join(names)
    return f"{text} \\fI{escape(value)}\\fR" if argument["kind"] == "option" else text


def shown(command):
    return [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]


def section(command, path):
    """The part of the page that describes one command."""
    name = " ".join(path)
    yield f".SS {escape(name)}"
    yield escape(command.get("abstract", ""))
    if command.get("discussion"):
        yield ".PP"
        yield escape(command["discussion"])
    for argument in shown(command):
        yield ".TP"
        yield spelling(argument)
        parts = [argument.get("abstract", ""), argument.get("discussion", "")]
        if argument.get("defaultValue"):
            parts.append(f"Default: {argument['defaultValue']}.")
        yield escape(" ".join(part for part in parts if part)) or "\\&"
    for sub in command.get("subcommands", []):
        if sub["commandName"] != "help":
            yield from section(sub, path + [sub["commandName"]])


def main():
    root = json.load(sys.stdin)["command"]
    name = root["commandName"]
    print(f'.TH {name.upper()} 1 "" "Martlet" "User Commands"')
    print(f".SH NAME\n{name} \\- {escape(root.get('abstract', ''))}")
    print(f".SH SYNOPSIS\n.B {name}\n.I command\n[options]")
    print(".SH COMMANDS")
    for sub in root.get("subcommands", []):
        if sub["commandName"] != "help":
            print("\n".join(section(sub, [name, sub["commandName"]])))
    print(".SH EXIT STATUS")
    for code, meaning in [
        ("0", "success, or the guest's own code"),
        ("64", "the command line is wrong"),
        ("65", "the input is malformed or invalid, or the guest trapped"),
        ("69", "something needed is not there"),
        ("70", "a fault of Martlet's own"),
        ("77", "a policy refused"),
        ("124", "the time budget ran out"),
        ("137", "the memory budget ran out"),
    ]:
        print(f".TP\n.B {code}\n{meaning}")


main()
