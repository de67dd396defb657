#!/usr/bin/env bash
# keep.sh DIRECTORY: attacks and faults around a process keep, with the executables in DIRECTORY. Prints one
# line an attack; fails when one succeeds.
set -uo pipefail
bin=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
failed=0
tee_process= host_process=
cleanup() { kill $tee_process $host_process 2>/dev/null; wait 2>/dev/null; rm -rf "$work"; }
trap cleanup EXIT
await() { for _ in $(seq 500); do [ -S "$1" ] && return 0; sleep 0.01; done; return 1; }
tell() { if [ "$2" = 0 ]; then echo "ok      $1"; else echo "FAILED  $1"; failed=1; fi; }
start_host() {
    "$bin/martlet" host --listen "unix:$work/host.sock" --state "$work/host" \
        --keep "$bin/martlet-keep" --simulated-tee "$work/tee.sock" "$@" 2>>"$work/host.log" &
    host_process=$!
    await "$work/host.sock"
}
deploy() {
    timeout 30 "$bin/martlet" deploy "$work/app" --to "unix:$work/host.sock" \
        --policy "$work/policy.toml" --key "$work/owner.key" --secret "token=@$work/token" "$@" \
        >"$work/out" 2>"$work/err"
}

newest() { "$bin/martlet" ps --to "unix:$work/host.sock" | tail -1 | cut -d' ' -f1; }

head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/token"
cp -r "$here/examples/hello" "$work/app"
"$bin/martlet-simtee" init --keep "$bin/martlet-keep" "$work" >/dev/null
"$bin/martlet-simtee" serve --keep "$bin/martlet-keep" --socket "$work/tee.sock" >/dev/null &
tee_process=$!
await "$work/tee.sock"
start_host

deploy --allow-simulated
tell "the honest path works" "$([ $? = 0 ] && grep -q '^SIMULATED' "$work/err"; echo $?)"

deploy --allow-simulated --launcher tdx
tell "a launcher that the host lacks is its refusal (69)" \
    "$([ $? = 69 ] && grep -q 'the host refused' "$work/err"; echo $?)"
"$bin/martlet" ps --to "unix:$work/none.sock" 2>"$work/err"
tell "where no host is, one is told to start it (69)" \
    "$([ $? = 69 ] && grep -q 'martlet host' "$work/err"; echo $?)"

deploy
tell "simulated evidence is refused without --allow-simulated (77)" "$([ $? = 77 ]; echo $?)"

sed "s/^measurement = .*/measurement = \"$(printf '00%.0s' $(seq 48))\"/" "$work/policy.toml" >"$work/other.toml"
timeout 30 "$bin/martlet" deploy "$work/app" --to "unix:$work/host.sock" --policy "$work/other.toml" \
    --key "$work/owner.key" --secret "token=@$work/token" --allow-simulated >"$work/out" 2>"$work/err"
tell "another measurement is refused (77)" "$([ $? = 77 ]; echo $?)"

# Machine code that the owner compiled: only where the host allows it, and only of this module, whole and metered.
deploy_code() {
    sed "s/^program = .*/program = \"$1\"/" "$here/examples/hello/Martlet.toml" >"$work/app/Martlet.toml"
    deploy --allow-simulated
}
"$bin/martlet" compile -O0 --metered "$work/app/hello.wat" -o "$work/app/metered.cwasm"
"$bin/martlet" compile -O0 "$work/app/hello.wat" -o "$work/app/unmetered.cwasm"
python3 - "$work/app/metered.cwasm" "$work/app/damaged.cwasm" <<'P'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[-100] ^= 1
open(sys.argv[2], "wb").write(data)
P
deploy_code metered.cwasm
status=$?
grep -q 'machine code that others compiled' "$work/err"
tell "machine code that the owner compiled is refused" "$([ $? = 0 ] && [ $status != 0 ]; echo $?)"
kill "$host_process"; wait "$host_process" 2>/dev/null
start_host --accept-code-images
deploy_code metered.cwasm
tell "it runs where the host accepts it" "$([ $? = 0 ] && grep -q '^Hello from the keep' "$work/out"; echo $?)"
deploy_code unmetered.cwasm
tell "code that counts no steps is refused before anything is sent (65)" \
    "$([ $? = 65 ] && grep -q 'Martlet.toml:[0-9]' "$work/err" && grep -q -- '--metered' "$work/err"; echo $?)"
deploy_code damaged.cwasm
tell "damaged code is refused before anything is sent (65)" "$([ $? = 65 ] && grep -q checksum "$work/err"; echo $?)"
cp "$here/examples/hello/Martlet.toml" "$work/app/Martlet.toml"
kill "$host_process"; wait "$host_process" 2>/dev/null
start_host

# A host that answers for the keep: a plain listener that keeps all it gets.
python3 - "$work/fake.sock" "$work/captured" <<'P' &
import socket, sys
server = socket.socket(socket.AF_UNIX); server.bind(sys.argv[1]); server.listen(1)
peer, _ = server.accept()
with open(sys.argv[2], "wb") as out:
    line = peer.makefile("rb").readline(); out.write(line)
    peer.sendall(b'{"ok":true,"keep":"k1"}\n')
    peer.settimeout(2)
    try:
        out.write(peer.recv(65536)); peer.sendall(b"\x15\x03\x03\x00\x02\x02\x28")
        while True:
            more = peer.recv(65536)
            if not more: break
            out.write(more)
    except OSError: pass
P
fake=$!
await "$work/fake.sock"
timeout 30 "$bin/martlet" deploy "$work/app" --to "unix:$work/fake.sock" --policy "$work/policy.toml" \
    --key "$work/owner.key" --secret "token=@$work/token" --allow-simulated >"$work/out" 2>"$work/err"
status=$?
wait $fake
grep -qaF -e "$(cat "$work/token")" -e "Hello from" -e _start "$work/captured"
tell "a host that answers for the keep gets no byte of code or secret" \
    "$([ $? != 0 ] && [ $status != 0 ]; echo $?)"

# The program of these waits for the end of its time.
cat >"$work/app/hello.wat" <<'W'
(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))
W
deploy --allow-simulated --detach
tell "a detached program runs" "$([ $? = 0 ]; echo $?)"
keep=$(newest)
pid=$(pgrep -n -P "$host_process")

token=$(cat "$work/token")
python3 - "$host_process" "$token" <<'P'
import sys
pid, token = sys.argv[1], sys.argv[2].encode()
found = False
with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
    for line in maps:
        parts = line.split()
        if "r" not in parts[1] or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")): continue
        low, high = (int(x, 16) for x in parts[0].split("-"))
        if high - low > 1 << 28: continue
        try:
            memory.seek(low); found |= token in memory.read(high - low)
        except OSError: pass
for name in ("cmdline", "environ"): found |= token in open(f"/proc/{pid}/{name}", "rb").read()
sys.exit(1 if found else 0)
P
tell "the secret is not in the host's memory, arguments or environment" $?
grep -raqF "$token" "$work/host" "$work/host.log"
tell "the secret is in none of the host's files and logs" "$([ $? != 0 ]; echo $?)"
tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$token"
tell "nor among the keep's arguments" "$([ $? != 0 ]; echo $?)"
grep -q '^Seccomp:	2' "/proc/$pid/status" && grep -q '^NoNewPrivs:	1' "/proc/$pid/status" \
    && grep -q '^CapEff:	0000000000000000' "/proc/$pid/status" && [ "$(ls "/proc/$pid/root" | wc -l)" = 0 ]
tell "the keep has a filter, no rights and an empty root" $?

kill -9 "$pid"; sleep 0.5
"$bin/martlet" ps --to "unix:$work/host.sock" | grep -q "$keep .*killed by signal 9"
tell "kill -9 of a keep: the host says so and goes on" $?
ps -o stat= --ppid "$host_process" | grep -q Z
tell "no zombie is left" "$([ $? != 0 ]; echo $?)"

deploy --allow-simulated --detach
keep=$(newest)
"$bin/martlet" stop "$keep" --to "unix:$work/host.sock"
for _ in $(seq 100); do
    "$bin/martlet" ps --to "unix:$work/host.sock" | grep -q "^$keep .*running" || break
    sleep 0.1
done
"$bin/martlet" ps --to "unix:$work/host.sock" | grep -q "^$keep .*exited with 0"
tell "stop ends a program that never would" $?

deploy --allow-simulated --detach
pid=$(pgrep -n -P "$host_process")
kill -9 "$host_process"; wait "$host_process" 2>/dev/null
for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
kill -0 "$pid" 2>/dev/null
tell "kill -9 of the host: its keeps end" "$([ $? != 0 ]; echo $?)"
rm -f "$work/host.sock"
start_host

deploy --allow-simulated & client=$!
sleep 0.4
kill -9 $(pgrep -P "$client" 2>/dev/null) "$client" 2>/dev/null
wait "$client" 2>/dev/null
"$bin/martlet" ps --to "unix:$work/host.sock" >/dev/null
tell "kill -9 of a client: the host goes on" $?
exit $failed
