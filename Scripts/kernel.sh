#!/usr/bin/env bash
# Fetches Debian's kernel for keeps in virtual machines and unpacks it below build/kernel.
# Usage: Scripts/kernel.sh [cloud|generic]   (generic has the driver for SEV-SNP's /dev/sev-guest)
set -euo pipefail
cd "$(dirname "$0")/.."

flavour=${1:-cloud}
case $flavour in
    cloud) meta=linux-image-cloud-amd64 ;;
    generic) meta=linux-image-amd64 ;;
    *) echo "usage: Scripts/kernel.sh [cloud|generic]" >&2; exit 64 ;;
esac

directory=build/kernel/$flavour
[ -e "$directory/vmlinuz" ] && exit 0
package=$(apt-cache depends "$meta" | awk '/Depends: linux-image/ { print $2; exit }')
[ -n "$package" ] || { echo "kernel.sh: no package for $meta; run apt-get update" >&2; exit 69; }
mkdir -p "$directory"
(cd "$directory" && apt-get download -qq "$package" 2>/dev/null && dpkg-deb -x "$package"_*.deb unpacked)
cp "$directory"/unpacked/boot/vmlinuz-* "$directory/vmlinuz"
cp -r "$directory"/unpacked/lib/modules/*/kernel "$directory/modules"
rm -rf "$directory/unpacked" "$directory"/*.deb
echo "$package" > "$directory/version"
