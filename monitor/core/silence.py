"""Why a rule said nothing of an article, and how near it came to saying something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.matching import Matcher, groups, match_rule
from monitor.core.rules import Rule
from monitor.core.text import Document


@dataclass(frozen=True, slots=True)
class Miss:
    """A rule that was not touched: what it missed, and which of its terms stand in the article all the same.

    `lacking` counts its groups of words of which none occurs anywhere; 0 means that all are there
    but do not stand together.
    """

    rule: Rule
    missed: str
    lacking: int
    found: tuple[str, ...] = ()


def misses(matcher: Matcher, document: Document, rules: Iterable[Rule] | None = None) -> list[Miss]:
    """The rules (all of the matcher's, unless some are given) that have no passage in the document, nearest first."""
    scan = matcher.scan(document)
    found: list[Miss] = []
    for rule in matcher.rules if rules is None else rules:
        match = match_rule(rule, document, scan)
        if not match.passages:
            wanted = {frozenset(group): group for group in groups(rule)}.values()
            lacking = sum(scan.present.isdisjoint(group) for group in wanted)
            own = {term for group in wanted for term in group}
            found.append(Miss(rule, match.missed, lacking, tuple(sorted(own & scan.present))))
    return sorted(found, key=lambda miss: (miss.lacking, -len(miss.found)))


def why_silent(matcher: Matcher, document: Document, rule: Rule) -> str:
    """What one rule missed; empty when it was touched."""
    return next((miss.missed for miss in misses(matcher, document, (rule,))), "")
