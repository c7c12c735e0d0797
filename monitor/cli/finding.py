"""What `monitor doctor` finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.cli.output import in_words
from monitor.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `mend` says what to do about it."""

    level: Literal["ok", "warn", "fail"]
    what: str
    mend: str = ""


def problems(error: ConfigurationError, what: str) -> Iterator[Finding]:
    for problem in error.problems:
        yield Finding("fail", f"{what}: {in_words(problem)}", "mend it; `monitor check` tells when all is well")
