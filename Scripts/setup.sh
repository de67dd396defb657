#!/usr/bin/env bash
# Installs the Debian packages that building and testing Martlet need; does nothing when all are there.
# setup.sh PACKAGE…: these too.
set -euo pipefail

packages=(libssl-dev openssl zlib1g-dev python3 sqlite3 dpkg-dev tcl "$@")
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' \
        || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing: ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null
