"""`monitor backtest`: what would an edit of the watchlists have alerted on?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.backtest import Comparison, Difference
from monitor.cli.context import OK, AsJson, Misuse, Seeds, Watchlists, setup
from monitor.cli.output import count, say, show, show_json
from monitor.cli.reading import utc_now
from monitor.cli.replaying import known_seeds
from monitor.editing.comparing import compare, stored
from monitor.store.views import Views
from monitor.watchlists import Texts, load


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
    directory, instead = _edited(watchlist, given.settings.watchlists_dir)
    edited = load(directory, given.secrets, instead).ruleset
    baseline = known_seeds(given, live)
    since = utc_now() - timedelta(days=days)
    with given.store() as engine:
        views = Views(engine)
        told = compare(views, stored(views, since), live, edited, since, baseline)
    _tell(told, as_json, days)
    return OK


def _edited(watchlist: Path, live: Path) -> tuple[Path, Texts]:
    """Where the edited watchlists are: the directory given, or the live one with one file exchanged."""
    if watchlist.is_dir():
        return watchlist, {}
    if not watchlist.is_file():
        raise Misuse(f"{watchlist} is neither a file nor a directory")
    return live, {live / watchlist.name: watchlist.read_bytes()}


def _tell(told: Comparison, as_json: bool, days: int) -> None:
    if as_json:
        show_json({
            "articles": told.articles,
            "days": days,
            "kept": len(told.kept),
            "added": [_data(difference) for difference in told.added],
            "removed": [_data(difference) for difference in told.removed],
        })  # fmt: skip
        return
    for sign, differences in (("+", told.added), ("−", told.removed)):
        for difference in differences:
            article = difference.article
            rule = f"{difference.rule} (on trial)" if difference.shadow else difference.rule
            show(f"{sign} {rule}  {article.published:%Y-%m-%d %H:%M} UTC  {article.outlet or article.id}")
            show(f"    {difference.headline}")
            show(f"    {difference.reason}")
    say(
        f"+{count(len(told.added), 'alert')}, −{len(told.removed)}, {len(told.kept)} as before; "
        f"{count(told.articles, 'article')} of the last {count(days, 'day')}"
    )


def _data(difference: Difference) -> dict[str, object]:
    article = difference.article
    return {
        "article": article.id,
        "published": article.published.isoformat(),
        "outlet": article.outlet,
        "url": article.url,
        "rule": difference.rule,
        "shadow": difference.shadow,
        "headline": difference.headline,
        "reason": difference.reason,
    }
