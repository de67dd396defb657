#!/usr/bin/env python3
"""Compares our verdicts with PyPI's dcap-qvl and sev-snp-measure where they can be compared.

Usage: Scripts/oracle.py MARTLET SHARED. Needs both packages (make oracle installs them beside the build).
Disagreements that are meant are listed here, with the reason in Documentation/Decisions/0023.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import dcap_qvl

MEANT = {
    "sgx-pckcrl-future", "sgx-tcbinfo-signed-by-pck", "sgx-pceid-mismatch", "tdx-outer-certtype-5",
    "sgx-auth-data-empty", "sgx-v4-quote", "sgx-siglen-too-short", "sgx-trailing-garbage",
    "sgx-chain-reversed", "tdx-v5-body-type-4",
}


def policy(folder, case, claims):
    lines = ["policy = 1", f"[{case['tee']}]"]
    for claim in claims[case["tee"]]:
        lines.append(f'{claim} = {{ not-appraised = "compared with the oracle" }}')
    if "root" in case:
        lines[1:1] = ["[roots]", f'extra = ["{folder / case["root"]}"]']
    path = pathlib.Path(tempfile.gettempdir()) / "martlet-oracle-policy.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def ours(martlet, folder, case, claims):
    result = subprocess.run(
        [martlet, "verify", folder / case["evidence"], "--format", case["tee"], "--collateral",
         folder / case["collateral"], "--at", case["now"], "--policy",
         policy(folder, case, claims), "--json"], capture_output=True, text=True)
    answer = json.loads(result.stdout)
    if "rejected" in answer:
        return "refused"
    values = {c["name"]: c["value"] for c in answer["claims"]}
    return values["tcb-status"], sorted(values["advisories"])


def theirs(folder, case):
    quote = (folder / case["evidence"]).read_bytes()
    text = (folder / case["collateral"]).read_text()
    try:
        collateral = dcap_qvl.QuoteCollateralV3.from_json(text)
        if "root" in case:
            root = (folder / case["root"]).read_bytes()
            report = dcap_qvl.verify_with_root_ca(quote, collateral, root, case["now_unix"])
        else:
            report = dcap_qvl.verify(quote, collateral, case["now_unix"])
        return report.status, sorted(set(report.advisory_ids))
    except Exception:
        return "refused"


def measurements(martlet, folder):
    """Launch digests of the firmware images that travel with the vectors, computed by both."""
    agreed, failed = 0, []
    for case in json.loads((folder / "snp.json").read_text())["cases"]:
        firmware = folder / case["ovmf"].split(" ")[-1]
        if not firmware.exists():
            continue
        arguments = ["--vcpus", str(case["vcpus"]), "--vcpu-type", case["vcpu_type"],
                     "--guest-features", case["guest_features"]]
        if case["kernel"]:
            arguments += ["--kernel", folder / case["kernel"], "--append", case["append"]]
            arguments += ["--initrd", folder / case["initrd"]] if case["initrd"] else []
        mine = subprocess.run(
            [martlet, "measure", "snp", "--firmware", firmware, "--vmm", case["vmm"].lower(),
             *arguments], capture_output=True, text=True).stdout.strip()
        other = subprocess.run(
            [sys.executable, "-m", "sevsnpmeasure.cli", "--mode", "snp", "--ovmf", firmware,
             "--vmm-type", case["vmm"], *arguments], capture_output=True, text=True).stdout.strip()
        if mine == other:
            agreed += 1
        else:
            failed.append(f"{case['id']}: ours {mine}, sev-snp-measure {other}")
    print(f"sev-snp-measure: {agreed} agree, {len(failed)} differ")
    return failed


def main():
    martlet, folder = sys.argv[1], pathlib.Path(sys.argv[2]) / "vectors"
    claims = {}
    for tee in ("sgx", "tdx"):
        text = subprocess.run([martlet, "policy", "explain", tee], capture_output=True, text=True)
        claims[tee] = [line for line in text.stdout.splitlines()[2:] if line and line[0] != " "]
    agreed = meant = 0
    failed = []
    for case in json.loads((folder / "manifest.json").read_text())["cases"]:
        if case["tee"] not in ("sgx", "tdx"):
            continue
        left, right = ours(martlet, folder, case, claims), theirs(folder, case)
        # The oracle refuses debug, SEPT_VE_DISABLE off and service TDs before it names a status.
        # It refuses revoked platforms too, which here are a status that a policy refuses.
        flagged = bool(case["expect"].get("flags")) or left[0] == "Revoked"
        if left == right:
            agreed += 1
        elif case["id"] in MEANT or flagged and right == "refused":
            meant += 1
        else:
            failed.append(f"{case['id']}: ours {left}, dcap-qvl {right}")
    print(f"dcap-qvl: {agreed} agree, {meant} differ on purpose, {len(failed)} differ")
    failed += measurements(martlet, folder / "measure")
    print("\n".join(failed))
    sys.exit(bool(failed))


main()
