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
    timeout 120 "$martlet" deploy "$here/examples/hello" --to unix:host.sock --launcher "$launcher" \
        --policy "$policy" --key owner.key --secret token=@token "$@" >out 2>err
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

    keep=$("$martlet" ps --to unix:host.sock | grep $launcher | tail -1 | cut -d' ' -f1)
    deploy $launcher $policy
    refused "$launcher: refused without --allow-simulated" 'simulated'
    sed 's/^measurement = .*/measurement = "'"$(printf '%096d' 0)"'"/' $policy >$launcher/other.toml
    line=$(grep -n '^measurement' $launcher/other.toml | cut -d: -f1)
    deploy $launcher $launcher/other.toml --allow-simulated
    refused "$launcher: refused with another measurement, policy line $line named" "other.toml:$line"
done
exit $failed
