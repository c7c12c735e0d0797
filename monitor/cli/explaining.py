"""`monitor explain`: why an article alerts, and why it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, Seeds, Setup, Watchlists, seeded_ledger, setup
from monitor.cli.explained import as_data, as_words
from monitor.cli.given import moment
from monitor.cli.output import count, counted, say, show, show_json
from monitor.cli.reading import is_url, read_document, utc_now
from monitor.cli.replaying import known_seeds
from monitor.core.judge import Judge
from monitor.core.model import Article, Page
from monitor.explanation import Before, Explanation
from monitor.explanation import explain as explained
from monitor.judging import Desk
from monitor.ports import Ledger
from monitor.replay import read_stream, replay
from monitor.store.engine import reading, transaction
from monitor.store.judging import SqlUnit
from monitor.store.views import Views
from monitor.watchlists import Loaded
from monitor.watchlists.wording import nearest


def explain(
    subject: Annotated[str, typer.Argument(metavar="URL|FILE|ARTICLE-ID", help="What to explain.")],
    rule: Annotated[str | None, typer.Option(metavar="ID", help="Only this rule.")] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Language, where the text does not tell.")] = "en",
    published: Annotated[
        str | None, typer.Option(metavar="TIME", help="Judge a file or page as of this time (ISO 8601), not as of now.")
    ] = None,
    after: Annotated[
        Path | None,
        typer.Option(metavar="STREAM", help="Judge these articles (JSON lines) first, on the seeds, without database."),
    ] = None,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
    seeds: Seeds = None,
) -> int:
    """Show every gate that an article passes or fails, for every rule: what matched, what is known, what follows.

    A stored article is held against what was known before it. Without a database the seeds alone count; with --after
    the seeds and what the articles of a stream taught.
    """
    given = setup(watchlists_dir=watchlists, seeds_dir=seeds)
    loaded = given.watchlists()
    if rule is not None and loaded.ruleset.rule(rule) is None:
        hint = nearest(rule, (known.id for known in loaded.ruleset.rules)) or "see `monitor check`"
        raise Misuse(f"there is no rule {rule} ({hint})")
    desk = Desk(Judge(loaded.ruleset), loaded.channels, loaded.routes, loaded.countries)
    page, now = None, moment("--published", published) if published else utc_now()
    if is_url(subject) or Path(subject).is_file():
        page = asyncio.run(read_document(subject, given.settings, language, now))
    elif published or after:
        raise Misuse(f"{subject} is no URL and no file: a stored article has a time and a past of its own")
    with _taught(given, loaded, after) if after else _baseline(given, loaded) as baseline:
        article = _of_page(page, subject, baseline, now) if page else baseline.stored(subject)
        if article is None:
            where = "is not stored" if baseline.views else "cannot be looked up without a database"
            raise Misuse(f"{subject} is neither a URL nor a file, and as an article {where}")
        if page is None:
            now = article.published
        elif published:
            article = replace(article, published=now, first_seen=now)
        told = explained(article, desk, Before(baseline.ledger, article, baseline.published), now)
    _tell(told, rule, as_json, baseline.name)
    return OK


def _tell(told: Explanation, rule: str | None, as_json: bool, baseline: str) -> None:
    if as_json:
        show_json(as_data(told, rule) | {"baseline": baseline})
        return
    for line in as_words(told, rule):
        show(line)
    say(f"held against {baseline}")


@dataclass(frozen=True, slots=True)
class _Baseline:
    """What is known; `views` is None without a database. `told` says when each article of a stream was published."""

    ledger: Ledger
    views: Views | None
    name: str
    told: Mapping[str, datetime] = field(default_factory=dict)

    def stored(self, id_or_url: str) -> Article | None:
        row = self.views.article(id_or_url) if self.views else None
        return row.article if row else None

    def published(self, ids: Sequence[str]) -> Mapping[str, datetime]:
        stored = {name: article.published for name in ids if (article := self.stored(name))}
        return {name: self.told[name] for name in ids if name in self.told} | stored


@contextmanager
def _baseline(given: Setup, loaded: Loaded) -> Iterator[_Baseline]:
    file = given.database_file
    if file is not None and not file.exists():
        ledger = seeded_ledger(known_seeds(given, loaded.ruleset))
        yield _Baseline(ledger, None, "the seeds alone: there is no database yet")
        return
    with given.store() as engine, transaction(reading(engine)) as connection:
        yield _Baseline(SqlUnit(connection), Views(engine), "the database")


@contextmanager
def _taught(given: Setup, loaded: Loaded, stream: Path) -> Iterator[_Baseline]:
    """The seeds and what the articles of a stream teach. Raises ConfigurationError, Misuse."""
    ledger = seeded_ledger(known_seeds(given, loaded.ruleset))
    try:
        articles = list(read_stream(stream.read_text(encoding="utf-8-sig").splitlines(), str(stream)))
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{stream} cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8 text'}") from None
    for _ in counted(replay(articles, Desk(Judge(loaded.ruleset), {}), ledger), "article"):
        pass
    told = {article.id: article.published for article in articles}
    yield _Baseline(ledger, None, f"the seeds and the {count(len(told), 'article')} of {stream}", told)


def _of_page(page: Page, subject: str, baseline: _Baseline, now: datetime) -> Article:
    """The page as the article it would become; if it is stored, under its own id, so that it is no news to itself."""
    stored = baseline.stored(subject) if is_url(subject) else None
    published = min(page.published or now, now)
    return Article(
        id=stored.id if stored else "explained",
        title=page.title,
        text=page.text,
        published=stored.published if stored else published,
        first_seen=now,
        language=stored.language if stored else page.language,
        outlet=stored.outlet if stored else "",
        publisher=stored.publisher if stored else "",
        url=page.url,
    )
