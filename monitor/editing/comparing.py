"""A backtest over what is stored: where the articles come from, and what each of the two runs knows when it begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from monitor.backtest import Comparison, backtest
from monitor.configuration import seed_fingerprint
from monitor.core.judge import Judge
from monitor.core.model import Article, Fact
from monitor.core.rules import RuleSet
from monitor.judging import Desk
from monitor.memory import MemoryLedger
from monitor.store.views import Views
from monitor.watchlists import Seed

_PAGE = 500  # articles read from the store at a time
_FACTS = 100_000  # known facts taken along at most, the latest


def compare(
    views: Views,
    articles: Iterable[Article],
    live: RuleSet,
    edited: RuleSet,
    since: datetime,
    seeds: Sequence[Seed],
    edited_seeds: Sequence[Seed] | None = None,
) -> Comparison:
    """The articles, which came out after `since`, through both rule sets. Raises StoreError."""
    known = [fact for fact in views.facts(limit=_FACTS) if fact.recorded < since and _learned(fact)]
    others = seeds if edited_seeds is None else edited_seeds
    return backtest(articles, _desk(live), _desk(edited), lambda: ledger(seeds, known), lambda: ledger(others, known))


def stored(views: Views, since: datetime) -> Iterator[Article]:
    """In order of publication. Raises StoreError."""
    after = (since, "")
    while articles := views.judged_articles(after, _PAGE):
        yield from articles
        after = (articles[-1].published, articles[-1].id)


def ledger(seeds: Sequence[Seed], known: Sequence[Fact] = ()) -> MemoryLedger:
    """One that knows the seeds, and these facts."""
    facts = [fact for seed in seeds for fact in seed.baseline]
    return MemoryLedger([*facts, *known], (found for seed in seeds if (found := seed_fingerprint(seed))))


def _desk(ruleset: RuleSet) -> Desk:
    return Desk(Judge(ruleset), {})


def _learned(fact: Fact) -> bool:
    return not fact.source.startswith("seed:")  # those are read from the files
