"""Hold the locks against the vulnerabilities that are known of their packages, by pip-audit.

usage: python -m scripts.audit LOCK…     (needs the network; pip-audit stands beside this interpreter)
Exit code 1: a package has a known vulnerability, or could not be looked up although others can be.
Some mirrors of the registry have no such data. There nothing is checked, which is said, and is no failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

# Has had known vulnerabilities since 2019. A registry that tells of none tells of no others: it is asked no further.
PROBE = "urllib3==1.24.1"
# Vulnerabilities that do not touch us: id → why.
HARMLESS: dict[str, str] = {}


def asked(requirements: Path) -> list[dict[str, Any]] | str:
    """What pip-audit says of each package; in words why it could say nothing."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(requirements), "--disable-pip", "--no-deps", "-f", "json"]
    command += ["--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        return (done.stderr.strip() or "pip-audit says nothing").splitlines()[-1]


def about_the_probe() -> list[dict[str, Any]] | str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(f"{PROBE}\n")
        file.flush()
        return asked(Path(file.name))


def silence(told: list[dict[str, Any]] | str) -> str:
    """From what was said of the probe, why this registry tells of no vulnerabilities; "" where it does."""
    if isinstance(told, str):
        return told
    if any(item.get("vulns") for item in told):
        return ""
    skipped = (str(item["skip_reason"]) for item in told if "skip_reason" in item)
    return next(skipped, f"not even of {PROBE}")


def findings(told: list[dict[str, Any]]) -> list[str]:
    """What speaks against a lock: each package with a vulnerability, and each that nobody knows."""
    found = []
    for item in told:
        if "skip_reason" in item:
            found.append(f"{item['name']}: not looked up: {item['skip_reason']}")
        for hole in item.get("vulns", ()):
            names = {hole["id"], *hole.get("aliases", ())}
            if names.isdisjoint(HARMLESS):
                mended = ", ".join(hole.get("fix_versions", ())) or "no version yet"
                found.append(f"{item['name']} {item['version']}: {hole['id']}, mended in {mended}")
    return found


def main(locks: list[str]) -> int:
    if reason := silence(about_the_probe()):
        print(f"audit: NOTHING WAS CHECKED: this registry tells of no vulnerabilities ({reason})", file=sys.stderr)
        return 0
    failed = False
    for lock in locks:
        told = asked(Path(lock))
        found = [told] if isinstance(told, str) else findings(told)
        for line in found:
            print(f"audit: {lock}: {line}", file=sys.stderr)
        if not found:
            print(f"audit: {lock}: none of {len(told)} packages has a known vulnerability", file=sys.stderr)
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
