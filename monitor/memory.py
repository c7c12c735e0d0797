"""A ledger in memory: what replay, examples and previews judge against. It passes the contract of the stored one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from monitor.core.alerts import Action, Alert, Decision
from monitor.core.model import Article, Fact, VerdictKind
from monitor.core.relevant import (
    BEYOND,
    NEAR,
    SUMS,
    TOLD,
    Coverage,
    Near,
    Question,
    Sum,
    Window,
    age,
    by_begin,
    by_end,
    count,
    is_ahead,
    stand_ins,
)
from monitor.ports import COPIES, SHARING, Fingerprint

Known = Callable[[Fact], bool]  # does this fact count?


class MemoryLedger:
    """Implements `monitor.ports.JudgingUnit`."""

    def __init__(self, facts: Iterable[Fact] = (), fingerprints: Iterable[Fingerprint] = ()):
        self._fact_keys: set[str] = set()
        self._facts: dict[str, list[Fact]] = {}  # by rule, oldest first
        self._steps: dict[tuple[str, str], _Step] = {}
        self._sums: dict[tuple[str, str], list[tuple[float, Fact]]] = {}  # by rule and unit, lowest first
        self._sorts: dict[tuple[str, str, bool], list[Fact]] = {}  # by rule, unit and total, oldest first
        self._events: dict[tuple[str, str], list[Fact]] = {}  # by rule and event, oldest first
        self._bands: dict[int, dict[str, Fingerprint]] = {}
        self._fingerprints: dict[str, Fingerprint] = {}
        self._places: dict[str, int] = {}  # of documents, in the order in which they were written
        self._written = 0
        self._verdicts: dict[str, dict[str, tuple[str, str]]] = {}
        self._judged: dict[str, int] = {}  # in which version
        self._alerts: set[str] = set()
        for fact in facts:
            self._learn(fact)
        for fingerprint in fingerprints:
            self._remember(fingerprint)

    def facts(self, question: Question, now: datetime) -> Sequence[Fact]:
        def known(fact: Fact) -> bool:
            return fact.recorded <= now and fact.source != question.without

        parts = (
            *(self._near(question.rule, near, known) for near in question.near),
            *(self._step(question.rule, step).last(known) for step in question.last),
            *(self._like(question.rule, asked, known) for asked in question.sums),
            *(self._of_event(question.rule, event, known) for event in question.events),
        )
        return sorted({fact.key: fact for part in parts for fact in part}.values(), key=age)

    def coverage(self, window: Window, now: datetime) -> Coverage:
        facts = self._facts.get(window.rule, [])
        begin, end = (bisect_right(facts, at, key=lambda fact: fact.recorded) for at in (window.begins, now))
        return count(window, facts[begin:end])

    def near_copies(self, fingerprint: Fingerprint) -> Sequence[Fingerprint]:
        shared: Counter[str] = Counter()
        for band in set(fingerprint.bands):
            others = (document for document in reversed(self._bands.get(band, {})) if document != fingerprint.document)
            shared.update(islice(others, SHARING))
        best = sorted(shared, key=lambda document: (-shared[document], -self._places[document]))[:COPIES]
        return [self._fingerprints[document] for document in sorted(best)]

    def article_verdicts(self, document: str) -> Mapping[str, tuple[str, str]]:
        return self._verdicts.get(document, {})

    def waiting(self, articles: Sequence[Article]) -> Collection[str]:
        return {article.id for article in articles if article.version > self._judged.get(article.id, 0)}

    def record(
        self,
        article: Article,
        decisions: Sequence[Decision],
        facts: Sequence[Fact],
        alerts: Sequence[tuple[Alert, Sequence[tuple[str, str]]]],
        fingerprint: Fingerprint | None,
        now: datetime,
    ) -> list[Alert]:
        self._judged[article.id] = max(article.version, self._judged.get(article.id, 0))
        verdicts = self._verdicts.setdefault(f"article:{article.id}", {})
        for decision in decisions:
            found = decision.verdict
            brought = verdicts.get(found.rule) == (VerdictKind.NEW.value, found.event)
            if not brought or decision.action is Action.NOTIFY:  # an edit that goes on with its own news
                verdicts[found.rule] = (found.kind.value, found.event)
        for fact in facts:
            self._learn(fact)
        if fingerprint:
            self._remember(fingerprint)
        fresh = []
        for alert, _ in alerts:
            if alert.key not in self._alerts:
                self._alerts.add(alert.key)
                fresh.append(alert)
        return fresh

    def _learn(self, fact: Fact) -> None:
        if fact.key in self._fact_keys:
            return
        self._fact_keys.add(fact.key)
        insort(self._facts.setdefault(fact.rule, []), fact, key=age)
        self._step(fact.rule, fact.step).add(fact)
        insort(self._events.setdefault((fact.rule, fact.event), []), fact, key=age)
        for figure in fact.figures:
            insort(self._sums.setdefault((fact.rule, figure.unit), []), (figure.value, fact), key=lambda item: item[0])
            insort(self._sorts.setdefault((fact.rule, figure.unit, figure.total), []), fact, key=age)

    def _step(self, rule: str, step: str) -> _Step:
        return self._steps.setdefault((rule, step), _Step())

    def _near(self, rule: str, near: Near, known: Known) -> list[Fact]:
        found = list(self._step(rule, near.step).around(near, known))
        return found or [f for other in stand_ins(near) for f in self._step(rule, other.step).around(other, known)]

    def _like(self, rule: str, asked: Sum, known: Known) -> Iterator[Fact]:
        sums = self._sums.get((rule, asked.unit), [])
        begin = bisect_left(sums, asked.low, key=lambda item: item[0])
        end = bisect_right(sums, asked.high, key=lambda item: item[0])
        alike = {fact.key: fact for _, fact in sums[begin:end] if known(fact)}
        yield from sorted(alike.values(), key=age, reverse=True)[:SUMS]
        sort = self._sorts.get((rule, asked.unit, asked.total), [])
        yield from islice(filter(known, reversed(sort)), 1)

    def _of_event(self, rule: str, event: str, known: Known) -> Iterator[Fact]:
        told = self._events.get((rule, event), [])
        yield from islice(filter(known, told), TOLD)
        yield from islice(filter(known, reversed(told)), TOLD)

    def _remember(self, fingerprint: Fingerprint) -> None:
        """A document keeps its latest fingerprint only."""
        before = self._fingerprints.get(fingerprint.document)
        for band in before.bands if before else ():
            self._bands[band].pop(fingerprint.document, None)
        self._fingerprints[fingerprint.document] = fingerprint
        self._places[fingerprint.document] = self._written = self._written + 1
        for band in fingerprint.bands:
            self._bands.setdefault(band, {})[fingerprint.document] = fingerprint


class _Step:
    """The facts of one step, in each of the orders in which they are asked for."""

    def __init__(self) -> None:
        self._by_end: list[Fact] = []
        self._by_begin: list[Fact] = []
        self._of_days: list[Fact] = []  # those of more than one day, by their end
        self._told: dict[bool, list[Fact]] = {False: [], True: []}  # by whether they speak of what is ahead
        self._undated: list[Fact] = []

    def add(self, fact: Fact) -> None:
        if fact.when is None:
            insort(self._undated, fact, key=age)
            return
        insort(self._by_end, fact, key=by_end)
        insort(self._by_begin, fact, key=by_begin)
        insort(self._told[is_ahead(fact)], fact, key=age)
        if fact.when.first < fact.when.last:
            insort(self._of_days, fact, key=by_end)

    def around(self, near: Near, known: Known) -> Iterator[Fact]:
        reaches, last = near.reaches, near.when.last
        ends = bisect_right(self._by_end, last, key=_last_day)
        reached = bisect_left(self._by_end, reaches.first, key=_last_day)
        yield from islice(filter(known, _downwards(self._by_end, ends, reached)), NEAR)
        yield from islice(filter(known, _downwards(self._by_end, reached, 0)), BEYOND)
        begins = bisect_right(self._by_begin, last, key=_first_day)
        reached = bisect_right(self._by_begin, reaches.last, key=_first_day)
        yield from islice(filter(known, islice(self._by_begin, begins, reached)), NEAR)
        yield from islice(filter(known, islice(self._by_begin, reached, None)), BEYOND)
        lasting = self._of_days[bisect_right(self._of_days, last, key=_last_day) :]
        begun = [fact for fact in lasting if fact.when and fact.when.first <= last and known(fact)]
        yield from sorted(begun, key=age, reverse=True)[:NEAR]
        if (told := near.just_told) is not None:
            facts = self._told[not near.ahead]
            begin, end = (bisect_left(facts, at, key=lambda fact: fact.recorded) for at in told)
            yield from islice(filter(known, _downwards(facts, end, begin)), NEAR)

    def last(self, known: Known) -> Iterator[Fact]:
        yield from islice(filter(known, reversed(self._by_begin)), 1)
        yield from islice(filter(known, reversed(self._undated)), 1)


def _first_day(fact: Fact) -> date:
    assert fact.when is not None
    return fact.when.first


def _last_day(fact: Fact) -> date:
    assert fact.when is not None
    return fact.when.last


def _downwards(facts: Sequence[Fact], end: int, begin: int) -> Iterator[Fact]:
    """From before `end` back to `begin`."""
    return (facts[place] for place in range(end - 1, begin - 1, -1))
