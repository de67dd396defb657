#!/usr/bin/env python3
"""A model of the socket calls over Python's sockets, behind the flags of `martlet run`.

    sockets_model.py [--tcp-listen ADDRESS:PORT] FILE [ARGS...]

The PyPI wasmtime can not hand a guest a listener, so for programs with sockets this is what they are
checked against: it runs their code in wasmtime and answers the imports that they need itself, in the
plainest way (no directories, no rights, no limits). Needs PyPI `wasmtime`.
"""
import argparse
import functools
import os
import select
import socket
import struct
import sys
import time

import wasmtime

ERRNO = {"ACCES": 2, "AGAIN": 6, "BADF": 8, "CONNREFUSED": 14, "INVAL": 28, "IO": 29, "NOSYS": 52,
         "NOTCONN": 53, "NOTSOCK": 57, "PIPE": 64, "SPIPE": 70, "CONNRESET": 15, "NOTSUP": 58}
BY_HOST = {98: 3, 11: 6, 32: 64, 104: 15, 107: 53, 111: 14, 9: 8, 22: 28, 29: 70, 88: 57}
NONBLOCK = 4
# Level, number, and how the value lies in the guest's memory.
OPTIONS = {
    "reuse_addr": (socket.SOL_SOCKET, socket.SO_REUSEADDR, "<B"),
    "keep_alive": (socket.SOL_SOCKET, socket.SO_KEEPALIVE, "<B"),
    "tcp_no_delay": (socket.IPPROTO_TCP, socket.TCP_NODELAY, "<B"),
    "recv_buf_size": (socket.SOL_SOCKET, socket.SO_RCVBUF, "<I"),
    "send_buf_size": (socket.SOL_SOCKET, socket.SO_SNDBUF, "<I"),
    "recv_timeout": (socket.SOL_SOCKET, socket.SO_RCVTIMEO, "T"),
    "send_timeout": (socket.SOL_SOCKET, socket.SO_SNDTIMEO, "T"),
}


class Descriptor:
    def __init__(self, number, kind, own=None):
        self.number, self.kind, self.own, self.flags = number, kind, own, 0


class Exit(Exception):
    def __init__(self, code):
        super().__init__(f"exit {code}")
        self.code = code


class Model:
    def __init__(self, arguments, listen):
        self.arguments = [one.encode() for one in arguments]
        self.open = {n: Descriptor(n, 2) for n in range(3)}
        self.memory = self.store = None
        if listen:
            host, _, port = listen.rpartition(":")
            self.add(socket.create_server((host, int(port)), backlog=128))

    def add(self, own, flags=0):
        kind = 6 if own.type == socket.SOCK_STREAM else 5
        number = next(n for n in range(3, 1 << 16) if n not in self.open)
        one = Descriptor(own.fileno(), kind, own)
        own.setblocking(True)
        one.flags = flags
        self.open[number] = one
        return number

    # Memory.
    def read(self, at, count):
        return bytes(self.memory.read(self.store, at, at + count))

    def write(self, at, data):
        self.memory.write(self.store, data, at)

    def u32(self, at, *values):
        self.write(at, struct.pack(f"<{len(values)}I", *values))

    def vectors(self, at, count):
        return [struct.unpack("<II", self.read(at + 8 * n, 8)) for n in range(count)]

    def gather(self, at, count):
        return b"".join(self.read(*one) for one in self.vectors(at, count))

    def scatter(self, at, count, data):
        for start, size in self.vectors(at, count):
            piece, data = data[:size], data[size:]
            self.write(start, piece)

    # Streams and connections.
    def fd(self, number, needs_socket=False):
        one = self.open.get(number)
        if one is None:
            raise LookupError("BADF")
        if needs_socket and one.own is None:
            raise LookupError("NOTSOCK")
        return one

    def flags_for(self, one):
        return socket.MSG_DONTWAIT if one.flags & NONBLOCK else 0

    def fd_write(self, fd, iovs, count, result):
        one, data = self.fd(fd), self.gather(iovs, count)
        sent = one.own.send(data, self.flags_for(one)) if one.own else os.write(one.number, data)
        self.u32(result, sent)

    def fd_read(self, fd, iovs, count, result):
        one, size = self.fd(fd), sum(size for _, size in self.vectors(iovs, count))
        data = one.own.recv(size, self.flags_for(one)) if one.own else os.read(one.number, size)
        self.scatter(iovs, count, data)
        self.u32(result, len(data))

    def fd_seek(self, fd, *_):
        self.fd(fd)
        raise LookupError("SPIPE")

    def fd_tell(self, fd, _):
        self.fd(fd)
        raise LookupError("SPIPE")

    def fd_pread(self, fd, *_):
        self.fd(fd)
        raise LookupError("SPIPE")

    def fd_close(self, fd):
        one = self.fd(fd)
        if one.own:
            one.own.close()
        del self.open[fd]

    def fd_fdstat_get(self, fd, at):
        one = self.fd(fd)
        self.write(at, struct.pack("<BxHxxxxQQ", one.kind, one.flags, (1 << 30) - 1, 0))

    def fd_fdstat_set_flags(self, fd, flags):
        self.fd(fd).flags = flags

    def fd_prestat_get(self, fd, _):
        raise LookupError("BADF")

    def sock_accept(self, fd, flags, result):
        one = self.fd(fd, True)
        if flags & ~NONBLOCK:
            raise LookupError("INVAL")
        if one.flags & NONBLOCK and not select.select([one.own], [], [], 0)[0]:
            raise LookupError("AGAIN")
        self.u32(result, self.add(one.own.accept()[0], flags))

    def sock_recv(self, fd, iovs, count, flags, result, ro_flags):
        one = self.fd(fd, True)
        if flags & ~3:
            raise LookupError("INVAL")
        how = self.flags_for(one) | (socket.MSG_PEEK if flags & 1 else 0)
        how |= socket.MSG_WAITALL if flags & 2 else 0
        data = one.own.recv(sum(size for _, size in self.vectors(iovs, count)), how)
        self.scatter(iovs, count, data)
        self.u32(result, len(data))
        self.write(ro_flags, b"\0\0")

    def sock_send(self, fd, iovs, count, flags, result):
        one = self.fd(fd, True)
        if flags:
            raise LookupError("INVAL")
        self.u32(result, one.own.send(self.gather(iovs, count), self.flags_for(one)))

    def sock_shutdown(self, fd, how):
        if how not in (1, 2, 3):
            raise LookupError("INVAL")
        self.fd(fd, True).own.shutdown(how - 1)

    # The extensions, as far as the samples use them.
    def sock_open(self, _pool, family, kind, result):
        if family != 0 or kind not in (0, 1):
            raise LookupError("NOTSUP")
        kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
        self.u32(result, self.add(socket.socket(type=kinds[kind])))

    def address(self, at):
        kind, a, b, c, d, port = struct.unpack("<IBBBBH", self.read(at, 10))
        if kind != 0:
            raise LookupError("NOTSUP")
        if a != 127:
            raise LookupError("ACCES")
        return f"{a}.{b}.{c}.{d}", port

    def sock_bind(self, fd, at):
        self.fd(fd, True).own.bind(self.address(at))

    def sock_listen(self, fd, backlog):
        self.fd(fd, True).own.listen(backlog)

    def sock_connect(self, fd, at):
        self.fd(fd, True).own.connect(self.address(at))

    def write_address(self, at, host, port):
        self.write(at, struct.pack("<I4BH", 0, *map(int, host.split(".")), port))

    def sock_addr_local(self, fd, at):
        self.write_address(at, *self.fd(fd, True).own.getsockname())

    def sock_addr_remote(self, fd, at):
        self.write_address(at, *self.fd(fd, True).own.getpeername())

    def sock_addr_resolve(self, *_):
        raise LookupError("ACCES")

    def sock_send_to(self, fd, iovs, count, _flags, at, result):
        self.u32(result, self.fd(fd, True).own.sendto(self.gather(iovs, count), self.address(at)))

    def sock_recv_from(self, fd, iovs, count, _flags, at, result):
        room = sum(size for _, size in self.vectors(iovs, count))
        data, sender = self.fd(fd, True).own.recvfrom(room)
        self.scatter(iovs, count, data)
        self.write_address(at, *sender)
        self.u32(result, len(data))

    def option(self, name, fd, value):
        setting = name.startswith("sock_set_")
        level, number, code = OPTIONS[name[9:]]
        own = self.fd(fd, True).own
        if code == "T" and setting:
            own.setsockopt(level, number, struct.pack("qq", *divmod(value, 1_000_000)))
        elif code == "T":
            seconds, rest = struct.unpack("qq", own.getsockopt(level, number, 16))
            self.write(value, struct.pack("<Q", seconds * 1_000_000 + rest))
        elif setting:
            own.setsockopt(level, number, value)
        else:
            self.write(value, struct.pack(code, own.getsockopt(level, number)))

    # The rest.
    def poll_oneoff(self, subscriptions, events, count, result):
        if count == 0:
            raise LookupError("INVAL")
        reads, writes, deadline, found = {}, {}, None, []
        for n in range(count):
            userdata, tag = struct.unpack("<QB", self.read(subscriptions + 48 * n, 9))
            body = self.read(subscriptions + 48 * n + 16, 32)
            if tag == 0:
                _, timeout, _, flags = struct.unpack("<IxxxxQQH", body[:26])
                wait = timeout / 1e9 - (time.monotonic() if flags & 1 else 0)
                deadline = min(filter(lambda one: one is not None, [deadline, (wait, userdata)]))
            else:
                one = self.fd(struct.unpack("<I", body[:4])[0])
                (reads if tag == 1 else writes).setdefault(one.number, []).append(userdata)
        ready = select.select(list(reads), list(writes), [], max(deadline[0], 0) if deadline else None)
        for tag, numbers, users in ((1, ready[0], reads), (2, ready[1], writes)):
            found += [(userdata, tag) for number in numbers for userdata in users[number]]
        if not found and deadline:
            found = [(deadline[1], 0)]
        for n, (userdata, tag) in enumerate(found):
            self.write(events + 32 * n, struct.pack("<QHBxxxxxQHxxxxxx", userdata, 0, tag, 1, 0))
        self.u32(result, len(found))

    def args_sizes_get(self, count, size):
        self.u32(count, len(self.arguments))
        self.u32(size, sum(len(one) + 1 for one in self.arguments))

    def args_get(self, pointers, buffer):
        for n, one in enumerate(self.arguments):
            self.u32(pointers + 4 * n, buffer)
            self.write(buffer, one + b"\0")
            buffer += len(one) + 1

    def random_get(self, at, count):
        self.write(at, os.urandom(count))

    def clock_time_get(self, _clock, _precision, at):
        self.write(at, struct.pack("<Q", time.monotonic_ns()))

    def proc_exit(self, code):
        raise Exit(code)

    def call(self, name, arguments):
        method = getattr(self, name, None)
        if name[9:] in OPTIONS and name.startswith("sock_"):
            method = functools.partial(self.option, name)
        if method is None:
            return ERRNO["NOSYS"]
        try:
            method(*(one & 0xFFFFFFFF if one < 0 else one for one in arguments))
            return 0
        except LookupError as refused:
            return ERRNO[refused.args[0]]
        except OSError as error:
            return BY_HOST.get(error.errno, ERRNO["IO"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcp-listen")
    for ignored in ("--dir", "--env", "--allow-listen", "--allow-connect", "--allow-udp"):
        parser.add_argument(ignored, action="append")
    parser.add_argument("file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    model = Model([options.file, *options.arguments], options.tcp_listen)
    store = wasmtime.Store()
    module = wasmtime.Module.from_file(store.engine, options.file)
    imports = []
    for one in module.imports:
        def answer(*arguments, name=one.name):
            result = model.call(name, arguments)
            return None if name == "proc_exit" else result
        imports.append(wasmtime.Func(store, one.type, answer))
    instance = wasmtime.Instance(store, module, imports)
    model.memory, model.store = instance.exports(store)["memory"], store
    try:
        instance.exports(store)["_start"](store)
    except Exit as ending:
        sys.exit(ending.code)


if __name__ == "__main__":
    main()
