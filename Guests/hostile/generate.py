#!/usr/bin/env python3
"""Writes the modules that neither C nor WAT can say, or only by the megabyte.

    generate.py OUT     writes OUT/*.wasm and OUT/*.wat; OUT/terminal.wasm must be built already

Most are well made and merely huge; those named `lying_*` are malformed. Python's standard library only.
"""
import pathlib
import sys


def leb(value):
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def section(number, content):
    return bytes([number]) + leb(len(content)) + content


def vector(items):
    return leb(len(items)) + b"".join(items)


def name(text):
    data = text.encode()
    return leb(len(data)) + data


HEADER = b"\0asm\1\0\0\0"
VOID = section(1, vector([b"\x60\0\0"]))
MEMORY = section(5, vector([b"\0\1"]))


def exports(index=0):
    return section(7, vector([name("_start") + b"\0" + leb(index), name("memory") + b"\2\0"]))


def function(code, local_groups=()):
    """A body: groups of (count, type) locals, then code, then `end`."""
    body = vector([leb(count) + bytes([kind]) for count, kind in local_groups]) + code + b"\x0b"
    return leb(len(body)) + body


def module(bodies, types=VOID, start=0):
    functions = section(3, leb(len(bodies)) + b"\0" * len(bodies))
    code = section(10, leb(len(bodies)) + b"".join(bodies))
    return HEADER + types + functions + MEMORY + exports(start) + code


I32, I64 = 0x7F, 0x7E
NOP = function(b"")


def modules():
    # The most locals that engines take, in a function that calls itself.
    yield "many_locals", module([function(b"\x10\0", [(49_000, I64)])])
    # Locals that no engine can have: 4,294,967,295 of each of two types.
    yield "impossible_locals", module([function(b"", [(0xFFFFFFFF, I32), (0xFFFFFFFF, I64)])])
    # One br_table with a million targets, taken.
    targets = leb(1_000_000) + b"\0" * 1_000_000 + b"\0"
    yield "br_table", module([function(b"\x02\x40\x41\x05\x0e" + targets + b"\x0b")])
    # 200,000 blocks inside each other.
    depth = 200_000
    yield "deep_blocks", module([function(b"\x02\x40" * depth + b"\x0b" * depth)])
    # ... and as many ifs, which have two ends.
    yield "deep_ifs", module([function(b"\x41\0\x04\x40" * depth + b"\x0b" * depth)])
    # 500,000 functions of nothing.
    yield "many_functions", module([NOP] * 500_000)
    # One function of 8 MiB that pushes and drops.
    yield "long_function", module([function(b"\x41\x2a\x1a" * 2_600_000)])
    # A value stack of 500,000 values, then dropped one by one.
    yield "deep_stack", module([function(b"\x41\1" * 500_000 + b"\x1a" * 500_000)])
    # 100,000 types that nobody uses; 100,000 exports of one function.
    unused = section(1, leb(100_000) + b"\x60\0\0" + b"\x60\1\x7f\0" * 99_999)
    yield "many_types", module([NOP], unused)
    many = [name("_start") + b"\0\0", name("memory") + b"\2\0"]
    many += [name(f"e{n}") + b"\0\0" for n in range(100_000)]
    yield "many_exports", (HEADER + VOID + section(3, b"\1\0") + MEMORY
                           + section(7, vector(many)) + section(10, b"\1" + NOP))
    # A type with 1,000 parameters and 1,000 results; and one with a million parameters.
    wide = section(1, vector([b"\x60\0\0", b"\x60" + leb(1000) + b"\x7f" * 1000 + leb(1000) + b"\x7f" * 1000]))
    yield "wide_type", module([NOP], wide)
    yield "impossible_type", module([NOP], section(1, vector(
        [b"\x60\0\0", b"\x60" + leb(1_000_000) + b"\x7f" * 1_000_000 + b"\0"])))
    # Subtypes of subtypes, 60,000 deep, and one recursion group of 60,000 types.
    chain = [b"\x60\0\0", b"\x50\0\x5f\0"]
    chain += [b"\x50\1" + leb(number) + b"\x5f\0" for number in range(1, 60_000)]
    yield "deep_subtypes", module([NOP], section(1, vector(chain)))
    group = b"\x4e" + leb(60_000) + b"".join(b"\x5f\1\x63" + sleb(n % 60_000 + 1) + b"\0" for n in range(60_000))
    yield "wide_recursion", module([NOP], section(1, leb(2) + b"\x60\0\0" + group))
    # A constant expression of a million additions.
    constant = b"\x41\1" + b"\x41\1\x6a" * 1_000_000 + b"\x0b"
    yield "long_constant", (HEADER + VOID + section(3, b"\1\0") + MEMORY
                            + section(6, vector([b"\x7f\0" + constant])) + exports()
                            + section(10, b"\1" + NOP))
    # A data segment for the last byte before 4 GiB, in a memory of one page.
    yield "data_outside", (HEADER + VOID + section(3, b"\1\0") + MEMORY + exports()
                           + section(10, b"\1" + NOP) + section(11, vector([b"\0\x41\x7f\x0b" + leb(8) + b"x" * 8])))
    # Lengths and counts that promise more than there is.
    for number, what in enumerate(["types", "imports", "functions", "tables", "memories", "globals",
                                   "exports", "start", "elements", "code", "data"], 1):
        yield f"lying_{what}", HEADER + section(number, leb(0xFFFFFFFF))
    yield "lying_section", HEADER + b"\1" + leb(0xFFFFFFFF) + b"\1"
    yield "lying_body", HEADER + VOID + section(3, b"\1\0") + section(10, b"\1" + leb(0xFFFFFFF0) + b"\0\x0b")
    yield "lying_name", HEADER + section(0, leb(0xFFFFFFFF) + b"x")
    yield "lying_targets", module([function(b"\x41\0\x0e" + leb(0xFFFFFFFF))])
    yield "empty", b""
    yield "half_header", HEADER[:6]
    # Names that are commands to a terminal, in an import that does not exist.
    rude = "\x1b]0;owned\x07\x1b[2J\x1b[31m\r\n"
    yield "rude_import", (HEADER + VOID + section(2, vector([name(rude) + name(rude) + b"\0\0"]))
                          + section(3, b"\1\0") + MEMORY + exports(1) + section(10, b"\1" + NOP))


def sleb(value):
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        done = value == 0 and not byte & 0x40
        out.append(byte if done else byte | 0x80)
        if done:
            return bytes(out)


def texts():
    yield "deep_parentheses", "(" * 2_000_000
    yield "deep_text_blocks", (
        "(module (memory (export \"memory\") 1) (func (export \"_start\")"
        + "(block " * 50_000 + ")" * 50_000 + "))")
    yield "deep_comment", "(;" * 1_000_000
    yield "long_string", "(module (data \"" + "\\ff" * 5_000_000
    yield "many_digits", "(module (global i32 (i32.const " + "9" * 2_000_000 + ")))"
    yield "many_identifiers", (
        "(module (memory (export \"memory\") 1)"
        + "".join(f"(func $f{n})" for n in range(100_000)) + "(func (export \"_start\")))")


def with_rude_names(wasm):
    """Appends a name section whose function names try to command the terminal."""
    rude = "\x1b]0;owned\x07\x1b[2J\x1b[31mfake: all tests passed\r\n"
    names = vector([leb(index) + name(f"{rude}{index}") for index in range(40)])
    return wasm + section(0, name("name") + b"\1" + leb(len(names)) + names)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for stem, data in modules():
        (out / f"{stem}.wasm").write_bytes(data)
    for stem, text in texts():
        (out / f"{stem}.wat").write_text(text)
    (out / "rude_names.wasm").write_bytes(with_rude_names((out / "terminal.wasm").read_bytes()))


if __name__ == "__main__":
    main()
