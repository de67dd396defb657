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
mkdir -p "$directory"
apt=()
if [ -z "$(apt-cache depends "$meta" 2>/dev/null)" ]; then
    # This machine never asked its mirror; what it says is kept here, the system's lists stay as they are.
    mkdir -p build/kernel/apt/lists/partial
    apt=(-o "Dir::State::lists=$PWD/build/kernel/apt/lists" -o "Dir::Cache=$PWD/build/kernel/apt"
        -o APT::Sandbox::User=root -o Debug::NoLocking=1)
    apt-get "${apt[@]}" -qq update
fi
package=$(apt-cache "${apt[@]}" depends "$meta" | awk '/Depends: linux-image/ { print $2; exit }')
[ -n "$package" ] || { echo "kernel.sh: no package for $meta at this machine's mirror" >&2; exit 69; }
(cd "$directory" && apt-get "${apt[@]}" download -qq "$package" 2>/dev/null \
    && dpkg-deb -x "$package"_*.deb unpacked)
cp "$directory"/unpacked/boot/vmlinuz-* "$directory/vmlinuz"
cp -r "$directory"/unpacked/lib/modules/*/kernel "$directory/modules"
rm -rf "$directory/unpacked" "$directory"/*.deb
echo "$package" > "$directory/version"
