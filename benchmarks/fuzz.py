"""Every reader of foreign bytes against inputs that hypothesis makes up, for as long as asked: `--minutes 60`.

A finding is printed as the smallest input that shows it, and the exit code is 1: make it a test.
The figures are the slowest input of each target against what a worker process is given.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks._measure import emit, options, progress
from benchmarks._targets import PAGES, TARGETS, Pages

LIMIT = 10.0  # seconds that a worker process is given for a feed
_ROUND = 400  # inputs of one target before it is the next one's turn


class Fuzzing:
    """One target: how many inputs it has had, and how long the slowest took, in seconds."""

    def __init__(self, name: str, check: Callable[..., None], inputs: Sequence[st.SearchStrategy[Any]]) -> None:
        self.name = name
        self.count, self.slowest = 0, 0.0
        self.finding = ""
        self._check, self._inputs = check, inputs

    def round(self, size: int) -> None:
        """Raises nothing: the finding is kept."""

        @settings(
            max_examples=size,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @given(st.tuples(*self._inputs))
        def run(arguments: tuple[Any, ...]) -> None:
            began, cpu = time.perf_counter(), time.process_time()
            self._check(*arguments)
            took, cpu = time.perf_counter() - began, time.process_time() - cpu
            self.count += 1
            self.slowest = max(self.slowest, took)
            assert cpu < LIMIT, f"{cpu:.1f} s"

        try:
            run()
        except Exception as error:
            notes = "\n".join(getattr(error, "__notes__", ()))
            self.finding = f"{self.name}: {type(error).__name__}: {error}\n{notes}"


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long (5)")
    parser.add_argument("--target", choices=[*TARGETS, "pages"], help="this one alone")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    pages = Pages()
    targets = [Fuzzing(name, target.check, target.inputs) for name, target in TARGETS.items()]
    targets.append(Fuzzing("pages", pages.read, PAGES))
    targets = [target for target in targets if chosen.target in (None, target.name)]
    until = time.monotonic() + (0.0 if chosen.quick else 60 * chosen.minutes)
    size = 20 if chosen.quick else _ROUND
    try:
        while True:
            for target in targets:
                if not target.finding:
                    target.round(size)
                    if target.finding:
                        progress(f"FINDING in {target.finding}")
            progress("  " + ", ".join(f"{target.name} {target.count}" for target in targets))
            if time.monotonic() >= until or all(target.finding for target in targets):
                break
    finally:
        pages.close()
    for target in targets:
        against = f"the {LIMIT:g} s of a worker, over {target.count} inputs"
        emit(f"fuzz_{target.name}_slowest", 1000 * target.slowest, "ms", against, 1000 * LIMIT)
    if any(target.finding for target in targets):
        sys.exit(1)


if __name__ == "__main__":
    main()
