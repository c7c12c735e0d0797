"""`monitor articles …`: what was read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, group, setup
from monitor.cli.output import at, count, show, show_json
from monitor.core.editing import difference
from monitor.core.model import Article
from monitor.core.render import cut, plain
from monitor.store.views import Views

app = group("Look at the stored articles.")

_MOST_LINES = 40  # of one difference, for people
_LONGEST_LINE = 300


@app.callback()
def _group() -> None:
    """Or the only command would take the group's name."""


@app.command("versions")
def versions(
    article: Annotated[str, typer.Argument(metavar="ARTICLE-ID|URL", help="A stored article.")], as_json: AsJson = False
) -> int:
    """Show every version of an article: when it was read, why and by what, and what each edit changed."""
    with setup().store() as engine:
        views = Views(engine)
        row = views.article(article)
        found = views.versions(row.article.id) if row else []
    if not found:
        raise Misuse(f"no article {article} is stored: give its id, or its address as the feed has it")
    changes = [[], *(difference(before, after) for before, after in pairwise(found))]
    if as_json:
        show_json(_data(found, changes))
        return OK
    show(f"{found[-1].id}: {plain(found[-1].title)}")
    show(plain(found[-1].url) or "no link")
    for version, lines in zip(found, changes, strict=True):
        for line in _words(version, lines):
            show(line)
    return OK


def _words(version: Article, lines: list[str]) -> Iterator[str]:
    why = f", because {plain(version.why)}" if version.why else ""
    read = f"read {at(version.extracted_at)} UTC" if version.extracted_at else "read at an unknown time"
    yield ""
    yield f"version {version.version}: {read}{why}"
    yield f"  {plain(version.extractor) or 'by an unknown extractor'}, {len(version.text):,} characters"
    if version.note:
        yield f"  note: {plain(version.note)}"
    for line in islice(lines, _MOST_LINES):
        yield f"  {line[:1]}{cut(plain(line[1:]), _LONGEST_LINE)}"
    if len(lines) > _MOST_LINES:
        yield f"  … and {count(len(lines) - _MOST_LINES, 'line')} more (--json has all)"


def _data(found: list[Article], changes: list[list[str]]) -> dict[str, object]:
    latest = found[-1]
    return {
        "id": latest.id,
        "url": latest.url,
        "outlet": latest.outlet,
        "published": latest.published,
        "versions": [
            {
                "version": version.version,
                "extracted_at": version.extracted_at,
                "why": version.why,
                "extractor": version.extractor,
                "summary_only": version.summary_only,
                "note": version.note,
                "title": version.title,
                "text": version.text,
                "diff": lines,
            }
            for version, lines in zip(found, changes, strict=True)
        ],
    }
