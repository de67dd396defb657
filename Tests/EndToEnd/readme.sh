#!/usr/bin/env bash
# readme.sh DIRECTORY: types the six commands of README.md exactly as printed, beside the executables in
# DIRECTORY, and expects a greeting, a receipt that verifies, and nothing left running.
set -euo pipefail
bin=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
for name in martlet martlet-keep martlet-simtee; do ln -s "$bin/$name" "$name"; done
awk '/in six commands/ { found = 1 } found && /^```$/ { exit } inside { print } found && /^```sh$/ { inside = 1 }' \
    "$here/README.md" >commands
[ "$(wc -l <commands)" = 6 ] || { echo "README.md does not have six commands" >&2; exit 1; }
while IFS= read -r line; do
    eval "$line" >>out 2>&1
    case $line in *'&') sleep 1 ;; esac
done <commands
cat out
grep -q 'SIMULATED, not protected' out
grep -q 'Hello from the keep; the secret has' out
