"""`monitor seed …`: the baseline of what is known."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from monitor.cli.context import (
    FAILED,
    OK,
    AsJson,
    Misuse,
    Seeds,
    Setup,
    Watchlists,
    group,
    setup,
)
from monitor.cli.output import at, count, say, show_json, show_table, warn
from monitor.cli.reading import is_url, read_document, utc_now
from monitor.configuration import seed_fingerprint
from monitor.core import duplicates
from monitor.core.judge import Judge, judge
from monitor.core.model import Article, Fact, Page
from monitor.core.proposal import PLACEHOLDER, propose
from monitor.core.render import plain
from monitor.core.rules import RuleSet
from monitor.errors import Problem, StoreError
from monitor.memory import MemoryLedger
from monitor.store.sql import SqlStore
from monitor.store.views import SeedRow, Views
from monitor.watchlists import Seed, dump_seed, load_seeds

app = group("Look after the baseline: the seed files, and what the database knows of them.")

_HEAD = """\
# Proposed from {origin}; nothing of it is known until the file lies in the seeds directory.
# Check, and then remove these comments:
#   - id, outlet, title and date of the document; its language
#   - each fact: is it true of the rule and the step? Delete what is beside the point.
#   - date: when it happened, not when it was told; leave it out where nobody knows
#   - names and places that tell this event from others; assertion and attribution
#   - words: put the sentence into your own words
#   - what the document says and the rules did not find: add it
"""


@app.command()
def add(
    subject: Annotated[str, typer.Argument(metavar="FILE|URL", help="The document: a web page or a text file.")],
    seed_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="Id of the seed.")] = None,
    outlet: Annotated[str | None, typer.Option(metavar="NAME", help="Who published the document.")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="DATE", help="When, as 2025-08-11.")] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Language, where the text does not tell.")] = "en",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there, not to stdout.")] = None,
    watchlists: Watchlists = None,
) -> int:
    """Propose a seed file from a document: what the rules find in it, for an analyst to edit."""
    given = setup(watchlists_dir=watchlists)
    ruleset = given.watchlists().ruleset
    now = utc_now()
    told_on = _day(day)
    if out is not None and out.exists():
        raise Misuse(f"{out} exists already: choose another file, or delete it first")
    page = asyncio.run(read_document(subject, given.settings, language, now))
    if told_on is None and page.published is None:
        warn([Problem(subject, 0, 0, "no date found: today's is taken", "say --date")])
    published = datetime.combine(told_on, time(12), UTC) if told_on else page.published or now
    outlet = outlet or (urlsplit(subject).hostname or "" if is_url(subject) else "") or "TODO"
    seed_id = seed_id or _slug(f"{outlet.removeprefix('www.')} {published:%Y-%m-%d}")
    text = _proposal(page, subject, seed_id, outlet, published, ruleset)
    if out is None:
        print(text, end="")
    else:
        _write(out, text)
        say(f"wrote {out}; edit it, then run `monitor check`")
    return OK


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Misuse(f"--date {written}: expected a day such as 2025-08-11") from None


def _slug(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words.lower(), re.ASCII))[:64].strip("-")


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise Misuse(f"{out} cannot be written: {error.strerror}") from None


def _proposal(page: Page, subject: str, seed_id: str, outlet: str, published: datetime, ruleset: RuleSet) -> str:
    article = Article(seed_id, page.title, page.text, published, published, page.language, outlet, url=page.url)
    prepared = Judge(ruleset).prepare(article)
    judged = judge(prepared, MemoryLedger(), published)
    facts = propose(judged, article, seed_id)
    if not facts:
        say("no rule finds anything in this document: the seed would hold nothing but its fingerprint")
    seed = Seed(
        id=seed_id,
        outlet=outlet,
        title=plain(page.title) or "TODO",
        date=published.date(),
        language=prepared.article.language,
        url=page.url,
        signature=duplicates.likeness(page.title, page.text).signature,
        facts=facts,
    )
    return _HEAD.format(origin=plain(subject)) + "".join(_commented(dump_seed(seed), facts))


def _commented(text: str, facts: Sequence[Fact]) -> Iterator[str]:
    """The YAML with a line above each fact that says how it was read."""
    waiting = iter(facts)
    for line in text.splitlines(keepends=True):
        if line.startswith("  - rule:"):
            fact = next(waiting)
            dated = "dated by the text" if fact.dated else "no date in the text"
            yield f"  # {fact.key.rpartition(':')[2]}. {dated}; told as {fact.assertion.value}\n"
        yield line


@app.command("list")
def list_(as_json: AsJson = False, watchlists: Watchlists = None, seeds: Seeds = None) -> int:
    """List the seed files, and which of them the database has loaded."""
    given = setup(watchlists_dir=watchlists, seeds_dir=seeds)
    found = load_seeds(given.settings.seeds_dir, given.watchlists().ruleset)
    loaded = {row.id: row for row in _loaded(given)}
    if as_json:
        show_json([_row(seed, loaded.get(seed.id)) for seed in found])
    else:
        header = ("ID", "DATE", "LANG", "FACTS", "PRINT", "LOADED", "OUTLET", "TITLE")
        show_table(header, (_cells(seed, loaded.get(seed.id)) for seed in found))
    if gone := sorted(loaded.keys() - {seed.id for seed in found}):
        say(f"loaded, but without a file: {', '.join(gone)} (`monitor seed load` drops them)")
    return OK


def _loaded(given: Setup) -> list[SeedRow]:
    file = given.database_file
    if file is not None and not file.exists():
        return []
    try:
        with given.store() as engine:
            return Views(engine).seeds()
    except StoreError as error:
        say(f"warning: what is loaded cannot be told: {error}")
        return []


def _row(seed: Seed, loaded: SeedRow | None) -> dict[str, object]:
    return {
        "id": seed.id,
        "file": seed.file,
        "outlet": seed.outlet,
        "title": seed.title,
        "date": seed.date,
        "language": seed.language,
        "facts": len(seed.facts),
        "rules": sorted({fact.rule for fact in seed.facts}),
        "fingerprint": bool(seed.signature),
        "loaded_at": loaded.loaded_at if loaded else None,
    }


def _cells(seed: Seed, loaded: SeedRow | None) -> list[str]:
    print_ = "yes" if seed.signature else "no"
    when = at(loaded.loaded_at) if loaded else "-"
    return [seed.id, str(seed.date), seed.language, str(len(seed.facts)), print_, when, seed.outlet, seed.title]


@app.command("load")
def load_(watchlists: Watchlists = None, seeds: Seeds = None) -> int:
    """Make the database know exactly the seed files; the daemon does the same when it starts."""
    given = setup(watchlists_dir=watchlists, seeds_dir=seeds)
    found = load_seeds(given.settings.seeds_dir, given.watchlists().ruleset)
    unedited = [seed for seed in found if any(fact.words.startswith(PLACEHOLDER) for fact in seed.facts)]
    for seed in unedited:
        say(f"{seed.file}: has facts that are not in our own words yet ({PLACEHOLDER.split(',')[0]}): edit it first")
    if unedited:
        return FAILED
    now = utc_now()
    with given.store() as engine:
        store = SqlStore(engine)
        for seed in found:
            store.replace_seed(seed.id, seed.baseline, seed_fingerprint(seed), now)
        gone = store.remove_seeds(frozenset(seed.id for seed in found))
    facts = sum(len(seed.facts) for seed in found)
    say(f"{count(len(found), 'seed')} with {count(facts, 'fact')} loaded, {gone} dropped")
    return OK
