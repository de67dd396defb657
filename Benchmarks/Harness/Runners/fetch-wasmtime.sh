#!/bin/sh
# Gets wasmtime's library out of PyPI's wheel into FOLDER and prints its path.
#   fetch-wasmtime.sh FOLDER [VERSION]
set -eu
folder=${1:?usage: fetch-wasmtime.sh FOLDER [VERSION]}
version=${2:-50.0.1}
if [ ! -f "$folder/wasmtime/linux-x86_64/_libwasmtime.so" ]; then
    python3 -m pip download --quiet --disable-pip-version-check --no-deps \
        --dest "$folder" "wasmtime==$version" >&2
    python3 -m zipfile -e "$folder"/wasmtime-"$version"-*.whl "$folder"
fi
echo "$folder/wasmtime/linux-x86_64/_libwasmtime.so"
