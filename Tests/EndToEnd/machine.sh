#!/usr/bin/env bash
# machine.sh DIRECTORY: one program through `--launcher process` and `--launcher vm`, with the executables
# in DIRECTORY: image built twice and compared, deployed, output and receipt verified, its evidence by
# `martlet verify`; then everything that must be refused, with the policy's line named. QEMU emulates.
set -uo pipefail
bin=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/../.." && pwd)
qemu=${QEMU:-/usr/bin/qemu-system-x86_64}
kernel=$here/build/kernel/cloud
if [ ! -x "$qemu" ]; then
    echo "SKIPPED: no $qemu; apt-get install qemu-system-x86"
    exit 0
fi
if [ ! -e "$kernel/vmlinuz" ] && ! "$here/Scripts/kernel.sh" cloud; then
    echo "SKIPPED: no kernel; Scripts/kernel.sh cloud fetches Debian's"
    exit 0
fi
work=$(mktemp -d)
failed=0
processes=()
end() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
cd "$work"
martlet=$bin/martlet
tell() { if [ "$2" = 0 ]; then echo "ok      $1"; else echo "FAILED  $1"; failed=1; cat out err; fi; }
await() { for _ in $(seq 1000); do [ -S "$1" ] && return 0; sleep 0.01; done; return 1; }
serve() { # NAME, and how martlet-simtee knows the measurement
    local name=$1
    shift
    mkdir "$name"
    "$bin/martlet-simtee" init "$@" "$name" >/dev/null
    "$bin/martlet-simtee" serve "$@" --socket "$name/tee.sock" >/dev/null &
    processes+=($!)
    await "$name/tee.sock"
}
deploy() { # LAUNCHER POLICY and more
    local launcher=$1 policy=$2
    shift 2
    timeout 120 "$martlet" deploy "${app:-$here/examples/hello}" --to "unix:${host:-host.sock}" --launcher "$launcher" \
        --policy "$policy" --key owner.key --secret token=@token "$@" >out 2>err
}
deploy_waiting() { # LAUNCHER
    mkdir -p waiting
    printf 'martlet = 1\nname = "waiting"\nprogram = "w.wat"\n[budgets]\nseconds = 100\n' >waiting/Martlet.toml
    echo '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))' >waiting/w.wat
    timeout 120 "$martlet" deploy waiting --to unix:host.sock --launcher $1 --policy $1/policy.toml \
        --key owner.key --allow-simulated --detach >out 2>err
}
door() { # KEEP: leads a port to it through the host, as a relying party would reach it
    rm -f port
    python3 - "$1" 3<&- <<'P' &
import socket, sys, threading
def move(source, target):
    try:
        while piece := source.recv(65536): target.sendall(piece)
    except OSError: pass
    for end in (source, target):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
listener = socket.create_server(("127.0.0.1", 0))
open("port.new", "w").write(str(listener.getsockname()[1]))
import os; os.rename("port.new", "port")
while True:
    client, _ = listener.accept()
    host = socket.socket(socket.AF_UNIX); host.connect("host.sock")
    host.sendall(b'{"do":"connect","keep":"%s"}\n' % sys.argv[1].encode())
    while host.recv(1) != b"\n": pass
    for ends in ((client, host), (host, client)): threading.Thread(target=move, args=ends, daemon=True).start()
P
    door=$!
    processes+=($door)
    for _ in $(seq 500); do [ -e port ] && break; sleep 0.01; done
}
verify() { # POLICY WORKLOAD
    "$martlet" verify "127.0.0.1:$(cat port)" --policy "$1" ${2:+--workload "$2"} --allow-simulated >out 2>err
}
refused() { # NAME LINE: the last command ended with 77, said LINE, and no program ran
    local status=$?
    [ $status = 77 ] && grep -q -- "$2" err && ! grep -q 'Hello from' out
    tell "$1" $?
}

head -c 32 /dev/urandom >token
strip -o keep "$bin/martlet-keep"
for copy in image again; do
    "$martlet" image build --simulated --keep keep --kernel "$kernel/vmlinuz" \
        --modules "$kernel/modules" -o "$copy" >"$copy.txt" || exit 1
done
cat image.txt
cmp image/initrd again/initrd && cmp image/vmlinuz again/vmlinuz && cmp image.txt again.txt
tell "an image built twice is byte-identical" $?
size=$(stat -c %s image/initrd)
echo "initrd $size bytes, martlet-keep $(stat -c %s keep) bytes stripped"

measurement=$(python3 -c 'import json; print(json.load(open("image/image.json"))["simulated"])')
serve vm --measurement "$measurement"
serve process --keep "$bin/martlet-keep"
mkdir stranger
"$bin/martlet-simtee" init --keep "$bin/martlet-keep" --seed 7374726e67 stranger >/dev/null
"$martlet" host --listen unix:host.sock --state host --keep "$bin/martlet-keep" --qemu "$qemu" \
    --image image --simulated-tee process/tee.sock --machine-simulated-tee vm/tee.sock >host.log 2>&1 &
processes+=($!)
await host.sock

for launcher in process vm; do
    policy=$launcher/policy.toml
    start=$(date +%s%N)
    deploy $launcher $policy --allow-simulated --receipt $launcher/receipt
    [ $? = 0 ] && grep -q 'Hello from the keep; the secret has 32 bytes' out \
        && grep -q '^SIMULATED, not protected' err
    tell "$launcher: the keep is verified, the program runs, its output comes back" $?
    echo "        in $((($(date +%s%N) - start) / 1000000)) ms, keep, program and receipt"
    grep '^SIMULATED' err | tail -1
    "$martlet" receipt verify $launcher/receipt --policy $policy >out 2>err
    tell "$launcher: its receipt verifies" $?
    python3 - $launcher/receipt $launcher/changed <<'P'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[2], "wb").write(data)
P
    "$martlet" receipt verify $launcher/changed --policy $policy >out 2>err
    tell "$launcher: its receipt with one bit changed does not" "$([ $? != 0 ]; echo $?)"

    deploy $launcher $policy
    refused "$launcher: refused without --allow-simulated" 'simulated'
    sed 's/^measurement = .*/measurement = "'"$(printf '%096d' 0)"'"/' $policy >$launcher/other.toml
    line=$(grep -n '^measurement' $launcher/other.toml | cut -d: -f1)
    deploy $launcher $launcher/other.toml --allow-simulated
    refused "$launcher: refused with another measurement, policy line $line named" "other.toml:$line"

    # The root of another machine: what plays the hardware signs with keys that no policy names.
    sed "s|simulated-root.pem|../stranger/simulated-root.pem|" $policy >$launcher/stranger.toml
    deploy $launcher $launcher/stranger.toml --allow-simulated
    refused "$launcher: refused when the simulation's root is not the one named" 'ARK-Milan'
    sed '/^extra/d' $policy >$launcher/vendors.toml
    deploy $launcher $launcher/vendors.toml --allow-simulated
    refused "$launcher: refused when no simulated root is named" 'root'

    # A program that runs on, for whoever wants to know what runs there.
    deploy_waiting $launcher
    tell "$launcher: a detached program runs" $?
    identity=$(sed -n 's/.* runs //p' out)
    keep=$(sed -n 's/^keep \(.*\) runs .*/\1/p' out)
    door $keep
    verify $launcher/policy.toml "$identity" && grep -q "workload $identity" out
    tell "$launcher: martlet verify accepts its evidence, with the workload's identity" $?
    verify $launcher/other.toml "$identity"
    refused "$launcher: martlet verify refuses another measurement, line $line named" "other.toml:$line"
    verify $launcher/policy.toml "${identity/[0-9]/a}"
    refused "$launcher: martlet verify refuses another workload" "workload"
    verify $launcher/policy.toml empty
    refused "$launcher: martlet verify refuses a running program where an empty keep is expected" "workload"
    "$martlet" stop $keep --to unix:host.sock
    kill $door
done

# Machine code that the owner compiled can do all that a keep can: a machine that takes it shows so.
mkdir code
"$martlet" compile -O0 --cpu x86-64-v2 --metered "$here/examples/hello/hello.wat" -o code/hello.cwasm
sed 's/^program = .*/program = "hello.cwasm"/' "$here/examples/hello/Martlet.toml" >code/Martlet.toml
app=code deploy vm vm/policy.toml --allow-simulated
tell "vm: machine code that the owner compiled is refused" \
    "$([ $? != 0 ] && grep -q 'machine code that others compiled' err; echo $?)"
"$martlet" image build --simulated --code-images --keep keep --kernel "$kernel/vmlinuz" \
    --modules "$kernel/modules" -o open >open.txt || exit 1
measurement=$(python3 -c 'import json; print(json.load(open("open/image.json"))["simulated"])')
serve opened --measurement "$measurement"
"$martlet" host --listen unix:open.sock --state openhost --keep "$bin/martlet-keep" --qemu "$qemu" \
    --image open --accept-code-images --machine-simulated-tee opened/tee.sock >open.log 2>&1 &
processes+=($!)
await open.sock
line=$(grep -n '^measurement' vm/policy.toml | cut -d: -f1)
sed "s|simulated-root.pem|../opened/simulated-root.pem|" vm/policy.toml >vm/usual.toml
host=open.sock app=code deploy vm vm/usual.toml --allow-simulated
refused "vm: a machine that takes it has another measurement, line $line named" "usual.toml:$line"
host=open.sock app=code deploy vm opened/policy.toml --allow-simulated
tell "vm: whose policy names that measurement runs it" \
    "$([ $? = 0 ] && grep -q 'Hello from the keep' out; echo $?)"
exit $failed
