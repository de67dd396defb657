#!/bin/sh
# Gets PicoRV32, a RISC-V core in Verilog, out of PyPI's wheel into FOLDER and prints the file's
# path. Nothing that this script fetches may be committed.
#   fetch-picorv32.sh FOLDER [VERSION]
set -eu
folder=${1:?usage: fetch-picorv32.sh FOLDER [VERSION]}
version=${2:-1.0.post218}
design="$folder/$version/pythondata_cpu_picorv32/verilog/picorv32.v"
if [ ! -f "$design" ]; then
    python3 -m pip download --quiet --disable-pip-version-check --no-deps \
        --dest "$folder/$version" "pythondata-cpu-picorv32==$version" >&2
    python3 -m zipfile -e "$folder/$version"/pythondata_cpu_picorv32-*.whl "$folder/$version"
fi
echo "$design"
