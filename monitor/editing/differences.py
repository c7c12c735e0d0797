"""Two texts line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_AROUND = 3  # lines that stay the same, above and below those that do not
_MOST = 3_000  # lines of a difference


@dataclass(frozen=True, slots=True)
class Line:
    """`sign` is `+`, `-`, or a blank for a line of both; `…` stands for lines that are left out. Numbers count from 1;
    0 where the line is not in that text."""

    sign: str
    old: int
    new: int
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    lines: tuple[Line, ...]
    added: int
    removed: int
    cut: bool = False


def difference(before: str | None, after: str | None) -> Difference:
    """What one has to do to the first text to get the second. None is no file."""
    old, new = (before or "").splitlines(), (after or "").splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=True)
    lines: list[Line] = []
    added = removed = 0
    for group in matcher.get_grouped_opcodes(_AROUND):
        if group[0][1] or group[0][3]:
            lines.append(Line("…", 0, 0, ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [Line(" ", n + 1, n - old_from + new_from + 1, old[n]) for n in range(old_from, old_to)]
                continue
            lines += [Line("-", number + 1, 0, old[number]) for number in range(old_from, old_to)]
            lines += [Line("+", 0, number + 1, new[number]) for number in range(new_from, new_to)]
            added, removed = added + new_to - new_from, removed + old_to - old_from
    return Difference(tuple(lines[:_MOST]), added, removed, len(lines) > _MOST)


def signs(found: Difference) -> Iterator[str]:
    """As one writes it in words: `+3 −1`."""
    if found.added:
        yield f"+{found.added}"
    if found.removed:
        yield f"−{found.removed}"
