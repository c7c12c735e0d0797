"""Write docs/licences.md: what is shipped with the program, or installed for it, and under which licence.

usage: python -m scripts.licences [--check]
The versions are those of requirements.lock; licences are read from the packages as they are installed here.
Exit code 1: one has a licence that nobody has allowed, or (--check) the page is not what would be written.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
LOCK = ROOT / "requirements.lock"
STATIC = ROOT / "monitor" / "web" / "static"

# As packages write them: who meets a new combination looks at it, and adds it or drops the package.
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 AND BSD-2-Clause",
    "Apache-2.0 AND CNRI-Python",
    "Apache-2.0 AND MIT",
    "Apache-2.0 OR BSD-2-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT AND (BSD-2-Clause OR LGPL-2.1-or-later)",
    "MIT OR Apache-2.0",
    "MIT-0",
    "PSF-2.0",
}
# Name → licence and why it may be; a licence that changes is looked at anew.
_LGPL = "a library of its own that anybody can exchange, and nothing of it is changed; used for PostgreSQL only"
NOTED = {
    "certifi": (
        "MPL-2.0",
        "changes of its own files would have to be published; it is a list of certificates, used as it is",
    ),
    "psycopg": ("LGPL-3.0-only", _LGPL),
    "psycopg-binary": ("LGPL-3.0-only", f"{_LGPL}; it brings libpq (PostgreSQL) and OpenSSL (Apache-2.0)"),
    "psycopg-pool": ("LGPL-3.0-only", _LGPL),
    "tld": (
        "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later",
        "taken under MPL-1.1, as it is; courlan asks it for the domain of an address",
    ),
}
# Older packages say it in words of their own.
_SAID = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "The BSD 2-Clause License": "BSD-2-Clause",
}
# What the metadata leaves open ("BSD License"), read in the packages' own licence files.
_READ = {"itsdangerous": "BSD-3-Clause", "jinja2": "BSD-3-Clause"}
# What is not installed on every system, so that the page is the same everywhere.
_ELSEWHERE = {"colorama": "BSD-3-Clause"}
_VENDORED = {"htmx": ("0BSD", r'version:"([\d.]+)"')}


class Part(NamedTuple):
    name: str
    version: str
    licence: str  # an SPDX expression


def packages() -> list[Part]:
    """The packages of the lock. Raises PackageNotFoundError for one that is not installed and should be."""
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", LOCK.read_text(encoding="utf-8"), re.M)
    return [Part(name, version, licence(name)) for name, version in pins]


def licence(name: str) -> str:
    if known := _ELSEWHERE.get(name) or _READ.get(name):
        return known
    found = said(metadata(name))
    return _SAID.get(found, found)


def said(told: PackageMetadata) -> str:
    """What a package says of its licence: the expression, else one short field, else the last word of a classifier."""
    plain = told.get("License-Expression") or told.get("License") or ""
    if plain and len(plain) < 80:
        return plain
    classes = [line.rsplit(" :: ", 1)[-1] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    return " AND ".join(classes) or "nothing is said"


def vendored() -> list[Part]:
    """Files of others in the package itself; each stands beside its licence."""
    parts = []
    for path in sorted(STATIC.glob("*.LICENSE")):
        terms, pattern = _VENDORED[path.stem]
        version = re.search(pattern, (STATIC / f"{path.stem}.js").read_text(encoding="utf-8"))
        parts.append(Part(path.stem, version[1] if version else "?", terms))
    return parts


def refused(parts: list[Part]) -> list[str]:
    """What has a licence that is neither allowed nor noted, and notes on what is not there."""
    names = {part.name for part in parts}
    found = [
        f"{part.name} {part.version}: {part.licence} is not allowed"
        for part in parts
        if part.licence not in ALLOWED and part.licence != NOTED.get(part.name, ("",))[0]
    ]
    return found + [f"{name} is noted and not there" for name in sorted(NOTED.keys() - names)]


def page(installed: list[Part], inside: list[Part]) -> str:
    return "\n".join(
        [
            "# Licences of others",
            "",
            "Written by `make licences` from `requirements.lock` and what the packages say of themselves. The monitor",
            "itself is under the [MIT licence](../LICENSE). A test holds this page to be fresh, and each licence to be",
            "one that is allowed: permissive ones, and those noted here with the reason.",
            "",
            "## In the package",
            "",
            *_table(inside),
            "",
            "## Installed with it",
            "",
            "Not part of the wheel; part of the image.",
            "",
            *_table(installed),
            "",
            "## Noted",
            "",
            *(f"- **{name}**: {words}." for name, (_, words) in sorted(NOTED.items())),
            "",
        ]
    )


def _table(parts: list[Part]) -> list[str]:
    rows = [f"| {part.name} | {part.version} | {part.licence} |" for part in parts]
    return ["| name | version | licence |", "|---|---|---|", *rows]


def main(arguments: list[str]) -> int:
    try:
        installed, inside = packages(), vendored()
    except PackageNotFoundError as error:
        print(f"licences: {error.name} of requirements.lock is not installed here: make setup", file=sys.stderr)
        return 1
    problems = refused(installed + inside)
    text = page(installed, inside)
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        problems.append("docs/licences.md is not fresh: make licences")
    for problem in problems:
        print(f"licences: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
