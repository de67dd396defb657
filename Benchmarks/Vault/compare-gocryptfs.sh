#!/bin/bash
# The same four workloads on gocryptfs (FUSE) and on the bare disk, by fio; figures as CSV.
# Needs root or fusermount, and the Debian packages gocryptfs and fio.
set -euo pipefail
directory=${1:?usage: compare-gocryptfs.sh DIRECTORY}
plain=$directory/gocryptfs.plain cipher=$directory/gocryptfs.cipher
mkdir -p "$plain" "$cipher" "$directory/bare"
password=$(mktemp)
trap 'fusermount -u "$plain" 2>/dev/null || true; rm -rf "$password" "$plain" "$cipher" "$directory/bare"' EXIT
head -c 24 /dev/urandom | base64 >"$password"
gocryptfs -q -nosyslog -init -passfile "$password" "$cipher"
gocryptfs -q -nosyslog -passfile "$password" "$cipher" "$plain"
job() { # name, rw, block size, fsync, directory, system
    fio --name=job --directory="$5" --filename=f --size=175000000 --rw="$2" --bs="$3" \
        --fsync="$4" --ioengine=psync --runtime=10 --time_based=0 --io_size="$6" \
        --output-format=terse --terse-version=3 |
        awk -F';' -v n="$1" -v s="$7" '{ printf "%s,%s,MB/s,%.1f\n", n, s, ($7 + $48) / 1000 }'
}
for system in bare gocryptfs; do
    if [ $system = bare ]; then target=$directory/bare; else target=$plain; fi
    job "sequential 256 KiB write" write 256k 0 "$target" 175000000 $system
    job "sequential 256 KiB read" read 256k 0 "$target" 175000000 $system
    job "random read 4 KiB" randread 4k 0 "$target" 80000000 $system
    job "synced overwrite 4 KiB" randwrite 4k 1 "$target" 4096000 $system
done
