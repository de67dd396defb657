#!/bin/sh
# Gets what the SQLite workload needs into a scratch folder, and nothing anywhere else:
# Debian's source package of SQLite, its wasi-libc, and the wasm32 builtins of compiler-rt.
#
#   fetch.sh FOLDER
#
# A private copy of apt's lists with a deb-src line is kept in FOLDER; the system's own lists and
# packages stay as they are. Nothing that this script fetches may be committed.
set -eu

folder=${1:?usage: fetch.sh FOLDER}
mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/source"
folder=$(cd "$folder" && pwd)

own="-o Dir::State::lists=$folder/apt/lists -o Dir::Cache=$folder/apt
    -o APT::Sandbox::User=root -o Debug::NoLocking=1"

# The mirror and the suite are the ones that this machine already uses.
mirrors() {
    apt-get "$@" indextargets --format '$(REPO_URI) $(RELEASE)' \
        'Created-By: Packages' 'Origin: Debian' 'Component: main' 'Label: Debian' | sort -u
}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirrors=$(mirrors)
# shellcheck disable=SC2086  # The options are words on purpose.
if [ -z "$mirrors" ]; then
    # It never asked them.
    apt-get $own -qq update
    mirrors=$(mirrors $own)
fi
[ -n "$mirrors" ] || { echo "fetch.sh: apt's sources name no mirror of Debian" >&2; exit 69; }
echo "$mirrors" | while read -r site suite; do
    echo "deb [signed-by=$keyring] $site $suite main"
    echo "deb-src [signed-by=$keyring] $site $suite main"
done > "$folder/apt/sources.list"

private="$own -o Dir::Etc::sourcelist=$folder/apt/sources.list -o Dir::Etc::sourceparts=-"

# shellcheck disable=SC2086  # The options are words on purpose.
if [ ! -f "$folder/.fetched" ]; then
    apt-get $private -qq update
    (cd "$folder/source" && apt-get $private -qq source --download-only sqlite3)
    (cd "$folder/source" && rm -rf sqlite3 && dpkg-source --no-check -x ./*.dsc sqlite3 > /dev/null)
    (cd "$folder/apt/archives" && apt-get $private -qq download wasi-libc libclang-rt-19-dev-wasm32)
    for package in "$folder"/apt/archives/*.deb; do
        dpkg-deb -x "$package" "$folder/sysroot"
    done
    touch "$folder/.fetched"
fi

# The amalgamation is made by SQLite's own configure and tclsh.
if [ ! -f "$folder/amalgamation/sqlite3.c" ]; then
    mkdir -p "$folder/amalgamation"
    (cd "$folder/amalgamation" && "$folder/source/sqlite3/configure" --disable-tcl \
        --disable-readline > configure.log 2>&1 && make sqlite3.c shell.c > make.log 2>&1)
fi
ls "$folder/amalgamation/sqlite3.c" "$folder/amalgamation/shell.c"
ls "$folder/source/sqlite3/test/speedtest1.c"
