"""A ledger in memory: what replay, examples and previews judge against. It passes the contract of the stored one."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.core.alerts import Alert
from monitor.core.model import Article, Decision, Fact
from monitor.ports import Fingerprint


class MemoryLedger:
    """Implements `monitor.ports.JudgingUnit`."""

    def __init__(self, facts: Iterable[Fact] = (), fingerprints: Iterable[Fingerprint] = ()):
        self._facts: dict[str, list[Fact]] = {}
        self._fact_keys: set[str] = set()
        self._bands: dict[int, dict[str, Fingerprint]] = {}
        self._fingerprints: dict[str, Fingerprint] = {}
        self._verdicts: dict[str, dict[str, tuple[str, str]]] = {}
        self._alerts: set[str] = set()
        for fact in facts:
            self._learn(fact)
        for fingerprint in fingerprints:
            self._remember(fingerprint)

    def facts(self, rule: str, now: datetime) -> Sequence[Fact]:
        known = self._facts.get(rule, [])
        if known and known[-1].recorded > now:
            return [fact for fact in known if fact.recorded <= now]
        return known

    def near_copies(self, fingerprint: Fingerprint) -> Sequence[Fingerprint]:
        found = {
            other.document: other
            for band in fingerprint.bands
            for other in self._bands.get(band, {}).values()
            if other.document != fingerprint.document
        }
        return [found[document] for document in sorted(found)]

    def article_verdicts(self, document: str) -> Mapping[str, tuple[str, str]]:
        return self._verdicts.get(document, {})

    def record(
        self,
        article: Article,
        decisions: Sequence[Decision],
        facts: Sequence[Fact],
        alerts: Sequence[tuple[Alert, Sequence[tuple[str, str]]]],
        fingerprint: Fingerprint | None,
        now: datetime,
    ) -> list[Alert]:
        verdicts = self._verdicts.setdefault(f"article:{article.id}", {})
        for decision in decisions:
            verdicts[decision.verdict.rule] = (decision.verdict.kind.value, decision.verdict.event)
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
        if fact.key not in self._fact_keys:
            self._fact_keys.add(fact.key)
            insort(self._facts.setdefault(fact.rule, []), fact, key=lambda known: (known.recorded, known.key))

    def _remember(self, fingerprint: Fingerprint) -> None:
        """A document keeps its latest fingerprint only."""
        before = self._fingerprints.get(fingerprint.document)
        for band in before.bands if before else ():
            self._bands[band].pop(fingerprint.document, None)
        self._fingerprints[fingerprint.document] = fingerprint
        for band in fingerprint.bands:
            self._bands.setdefault(band, {})[fingerprint.document] = fingerprint
