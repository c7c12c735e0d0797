"""How values and near misses are put into words in problems."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise

_MANY = 50
_LONGEST = 100


def shown(text: str) -> str:
    """Text in quotes, short enough for one line; of an address only the scheme, it may hold a secret."""
    scheme, separator, _ = text.partition("://")
    if separator:
        return f"“{scheme[:20]}://…”"
    flat = " ".join(text.split())
    return f"“{flat[:39]}…”" if len(flat) > 40 else f"“{flat}”"


def kind_of(value: object) -> str:
    """What was found, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return "text" if value else "empty text"
    return "a list" if isinstance(value, (list, tuple)) else "a mapping (key: value)"


def found(value: object) -> str:
    """Like `kind_of`, with the text itself."""
    return shown(value) if isinstance(value, str) and value else kind_of(value)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """“did you mean “x”?” for the known name most like `name`; empty when none is at least as like it as `cutoff`."""
    candidates = {candidate.casefold(): candidate for candidate in sorted(known)}
    wanted = name.casefold()[:_LONGEST]
    likely = _likely(wanted, candidates) if len(candidates) > _MANY else list(candidates)
    close = get_close_matches(wanted, likely, n=1, cutoff=cutoff)
    return f"did you mean {shown(candidates[close[0]])}?" if close else ""


def _likely(name: str, candidates: Iterable[str]) -> list[str]:
    """Those that share most pairs of letters: difflib takes 0.3 s for ten thousand names, this 5 ms."""
    pairs = _pairs(name)
    return nlargest(_MANY, candidates, key=lambda candidate: len(pairs & _pairs(candidate)))


@lru_cache(maxsize=50_000)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(name)))


def one_of(values: Iterable[str]) -> str:
    """`a, b or c`."""
    items = list(values)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} or {items[-1]}"
