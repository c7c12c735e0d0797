"""Conditions on how close words stand, and on what they weigh together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitor.core.model import Zone
from monitor.core.rules import Near, Score
from monitor.core.terms import Hit
from monitor.core.text import Document

Hits = Mapping[int, Mapping[str, Sequence[Hit]]]  # sentence → term → hits


def together(near: Near, area: Sequence[int], document: Document, hits: Hits, cue: Hit | None) -> tuple[Hit, ...]:
    """One hit of each group, close to one another, in the sentences `area`; empty where there are none.

    Where `cue` is of one of the groups, it is this cue that counts.
    """
    found = [
        [cue] if cue and cue.term in group else [hit for index in area for hit in _of(group, index, hits)]
        for group in near.groups
    ]
    if near.words is not None:
        return _within_words(found, near.words)
    return _within_sentences(found, list(_runs(area, near.sentences or 1, document)))


def weigh(score: Score, area: Sequence[int], hits: Hits) -> tuple[float, tuple[Hit, ...]]:
    """What the terms in the sentences `area` weigh, and the first hit of each of them."""
    total, found = 0.0, []
    for term, weight in score.weights:
        first = next((hit for index in area for hit in _of((term,), index, hits)), None)
        if first is not None:
            total += weight
            found.append(first)
    return total, tuple(found)


def _of(group: Sequence[str], sentence: int, hits: Hits) -> list[Hit]:
    here = hits.get(sentence, {})
    return [hit for term in group for hit in here.get(term, ())]


def _within_words(groups: Sequence[Sequence[Hit]], words: int) -> tuple[Hit, ...]:
    """One pass in reading order: of each group the hit that reaches furthest is the nearest to what comes."""
    latest: dict[int, Hit] = {}
    numbered = [(hit, number) for number, group in enumerate(groups) for hit in group]
    for hit, number in sorted(numbered, key=lambda item: (item[0].sentence, item[0].first, item[1])):
        if latest and next(iter(latest.values())).sentence != hit.sentence:
            latest.clear()
        if number not in latest or latest[number].last <= hit.last:
            latest[number] = hit
        if len(latest) == len(groups) and hit.first - min(found.last for found in latest.values()) - 1 <= words:
            return tuple(latest[number] for number in range(len(groups)))
    return ()


def _within_sentences(groups: Sequence[Sequence[Hit]], runs: Sequence[frozenset[int]]) -> tuple[Hit, ...]:
    for run in runs:
        found = [next((hit for hit in group if hit.sentence in run), None) for group in groups]
        if all(found):
            return tuple(hit for hit in found if hit)
    return ()


def _runs(area: Sequence[int], length: int, document: Document) -> Iterator[frozenset[int]]:
    """The sets of at most `length` neighbouring sentences; the title is a neighbour of every sentence of the lead."""
    for first in area:
        run = frozenset(range(first, first + length))
        yield run
        if length > 1 and 0 in area:
            in_lead = {index for index in run.intersection(area) if document.sentences[index].zone is Zone.LEAD}
            yield frozenset({0, *in_lead})
