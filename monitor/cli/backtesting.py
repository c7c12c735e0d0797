"""`monitor backtest`: what would an edit of the watchlists have alerted on?"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.backtest import Comparison, Difference
from monitor.backtest import backtest as compared
from monitor.cli.context import OK, AsJson, Misuse, Seeds, Watchlists, setup
from monitor.cli.output import say, show, show_json
from monitor.cli.reading import utc_now
from monitor.cli.replaying import known_seeds
from monitor.configuration import seed_fingerprint
from monitor.core.judge import Judge
from monitor.core.model import Article, Fact
from monitor.core.rules import RuleSet
from monitor.judging import Desk
from monitor.memory import MemoryLedger
from monitor.store.views import Views
from monitor.watchlists import Seed, load

_PAGE = 500  # articles read from the store at a time
_FACTS = 100_000  # known facts taken along at most, the latest


def backtest(
    watchlist: Annotated[Path, typer.Argument(metavar="WATCHLIST", help="An edited file, or a whole directory.")],
    days: Annotated[int, typer.Option(metavar="N", help="How many days of stored articles.", min=1)] = 30,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
    seeds: Seeds = None,
) -> int:
    """Judge stored articles with the live rules and with edited ones, and show which alerts come and go.

    A file stands for the live file of the same name, or joins the live files if there is none.
    Nothing is stored or sent.
    """
    given = setup(watchlists_dir=watchlists, seeds_dir=seeds)
    live = given.watchlists().ruleset
    with _edited(watchlist, given.settings.watchlists_dir) as directory:
        edited = load(directory, given.secrets).ruleset
    baseline = known_seeds(given, live)
    since = utc_now() - timedelta(days=days)
    with given.store() as engine:
        views = Views(engine)
        known = [fact for fact in views.facts(limit=_FACTS) if fact.recorded < since and _learned(fact)]
        told = compared(_stored(views, since), _desk(live), _desk(edited), lambda: _ledger(baseline, known))
    _tell(told, as_json, days)
    return OK


def _desk(ruleset: RuleSet) -> Desk:
    return Desk(Judge(ruleset), {})


def _learned(fact: Fact) -> bool:
    return not fact.source.startswith("seed:")  # those are read from the files


def _ledger(seeds: tuple[Seed, ...], known: list[Fact]) -> MemoryLedger:
    facts = [fact for seed in seeds for fact in seed.baseline]
    return MemoryLedger([*facts, *known], (found for seed in seeds if (found := seed_fingerprint(seed))))


def _stored(views: Views, since: datetime) -> Iterator[Article]:
    after = (since, "")
    while articles := views.judged_articles(after, _PAGE):
        yield from articles
        after = (articles[-1].published, articles[-1].id)


@contextmanager
def _edited(watchlist: Path, live: Path) -> Iterator[Path]:
    """A directory with the edited watchlists: the one given, or the live one with one file exchanged."""
    if watchlist.is_dir():
        yield watchlist
        return
    if not watchlist.is_file():
        raise Misuse(f"{watchlist} is neither a file nor a directory")
    with tempfile.TemporaryDirectory(prefix="monitor-backtest-") as folder:
        for file in live.glob("*.yaml"):
            shutil.copy(file, folder)
        shutil.copy(watchlist, Path(folder) / watchlist.name)
        yield Path(folder)


def _tell(told: Comparison, as_json: bool, days: int) -> None:
    if as_json:
        show_json({
            "articles": told.articles,
            "days": days,
            "kept": told.kept,
            "added": [_data(difference) for difference in told.added],
            "removed": [_data(difference) for difference in told.removed],
        })  # fmt: skip
        return
    for sign, differences in (("+", told.added), ("−", told.removed)):
        for difference in differences:
            article = difference.article
            show(f"{sign} {difference.rule}  {article.published:%Y-%m-%d %H:%M} UTC  {article.outlet or article.id}")
            show(f"    {difference.headline}")
            show(f"    {difference.reason}")
    say(
        f"+{len(told.added)} alerts, −{len(told.removed)}, {told.kept} as before; "
        f"{told.articles} articles of the last {days} days"
    )


def _data(difference: Difference) -> dict[str, str]:
    article = difference.article
    return {
        "article": article.id,
        "published": article.published.isoformat(),
        "outlet": article.outlet,
        "url": article.url,
        "rule": difference.rule,
        "headline": difference.headline,
        "reason": difference.reason,
    }
