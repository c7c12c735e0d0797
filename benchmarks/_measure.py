"""What all benchmarks share: turns, medians, and the form of the output."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TypeVar

from monitor import dictionaries

T = TypeVar("T")


def options(description: str | None) -> argparse.ArgumentParser:
    """A parser with `--quick`, to which a benchmark may add options of its own."""
    dictionaries.keep()
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small and few runs: shows that it works, not how fast")
    return parser


def progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def emit(figure: str, value: float, unit: str, against: str, theirs: float) -> None:
    """One figure. `theirs` is the value of `against`, in the same unit."""
    ratio = round(value / theirs, 4) if theirs else None
    line = {"figure": figure, "value": round(value, 4), "unit": unit, "against": against, "ratio": ratio}
    print(json.dumps(line, ensure_ascii=False), flush=True)


@dataclass(frozen=True, slots=True)
class Rates:
    """Things per second, by the median of all turns."""

    ours: float
    theirs: float


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call, without the garbage of the call before."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def turn_about(
    ours: Callable[[Sequence[T]], object], theirs: Callable[[Sequence[T]], object], batches: Iterable[Sequence[T]]
) -> Rates:
    """Ours, theirs, ours, theirs …, a batch each turn: whatever else the machine does falls on both.

    The first batch is not counted: it starts processes and fills caches as in any running service.
    """
    mine, others = [], []
    for turn, batch in enumerate(batches):
        rates = len(batch) / seconds(partial(ours, batch)), len(batch) / seconds(partial(theirs, batch))
        progress(f"  turn {turn or '0, to warm up'}: ours {rates[0]:.1f}/s, theirs {rates[1]:.1f}/s")
        if turn:
            mine.append(rates[0])
            others.append(rates[1])
    return Rates(median(mine), median(others))
