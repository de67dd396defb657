#!/usr/bin/env bash
# demonstrate.sh DIRECTORY: the whole path with the executables in DIRECTORY, unattended: a host starts, a
# keep boots, its evidence is appraised, a program and a secret are sent, it runs, output and receipt
# come back, the receipt is verified, a changed one is refused, everything ends.
set -euo pipefail
bin=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
processes=()
end() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
await() { for _ in $(seq 1000); do [ -S "$1" ] && return; sleep 0.01; done; echo "no $1" >&2; exit 1; }

head -c 32 /dev/urandom >"$work/token"
"$bin/martlet-simtee" init --keep "$bin/martlet-keep" "$work" >/dev/null
"$bin/martlet-simtee" serve --keep "$bin/martlet-keep" --socket "$work/tee.sock" >/dev/null &
processes+=($!)
await "$work/tee.sock"
"$bin/martlet" host --listen "unix:$work/host.sock" --state "$work/host" \
    --keep "$bin/martlet-keep" --simulated-tee "$work/tee.sock" &
processes+=($!)
await "$work/host.sock"
"$bin/martlet" deploy "$here/examples/hello" --to "unix:$work/host.sock" \
    --policy "$work/policy.toml" --allow-simulated --key "$work/owner.key" \
    --secret "token=@$work/token" --receipt "$work/receipt"
"$bin/martlet" receipt verify "$work/receipt" --policy "$work/policy.toml" | sed -n 1,2p
size=$(stat -c %s "$work/receipt")
cp "$work/receipt" "$work/changed"
printf '\xff' | dd of="$work/changed" bs=1 seek=$((size / 2)) conv=notrunc status=none
if "$bin/martlet" receipt verify "$work/changed" --policy "$work/policy.toml" >/dev/null 2>&1; then
    echo "a changed receipt was accepted" >&2
    exit 1
fi
echo "a receipt with one byte changed: refused"
