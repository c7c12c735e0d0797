"""`monitor articles search`: articles by their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, setup
from monitor.cli.given import moment
from monitor.cli.output import at, say, show, show_json
from monitor.core.language import LANGUAGES
from monitor.core.render import plain
from monitor.core.searching import Piece, Query, QueryError, marked, parse, snippet
from monitor.store.searching import VERDICTS, Filters
from monitor.store.shown import Shown
from monitor.store.shown.articles import ArticleShown, Page

_MOST = 500


def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORD…", help="Words, “phrases” in quotes, -without, OR.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Only articles in this language.")] = "",
    country: Annotated[str, typer.Option(metavar="CODE", help="Only outlets of this country.")] = "",
    outlet: Annotated[str, typer.Option(metavar="NAME", help="Only this outlet or source.")] = "",
    rule: Annotated[str, typer.Option(metavar="ID", help="Only articles that touch this rule.")] = "",
    verdict: Annotated[str, typer.Option(metavar="WHAT", help=f"Only what became this: {', '.join(VERDICTS)}.")] = "",
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Published then or later (ISO 8601).")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Published before then (ISO 8601).")] = None,
    best: Annotated[bool, typer.Option("--best", help="The best of the latest 100 first.")] = False,
    limit: Annotated[int, typer.Option(metavar="N", help="How many at most.", min=1, max=_MOST)] = 20,
    as_json: AsJson = False,
) -> int:
    """Find stored articles by any form of their words, the latest first, with what became of each."""
    if language and language not in LANGUAGES:
        raise Misuse(f"--language: {language} is none of {', '.join(LANGUAGES)}")
    if verdict and verdict not in VERDICTS:
        raise Misuse(f"--verdict: {verdict} is none of {', '.join(VERDICTS)}")
    from_, to = (moment(name, told) if told else None for name, told in (("--since", since), ("--until", until)))
    filters = Filters(language, country, outlet, rule, verdict, from_, to)
    try:
        query = parse(" ".join(_as_typed(word) for word in words or ()), language)
    except QueryError as error:
        raise Misuse(str(error)) from None
    with setup().store() as engine:
        shown = Shown(engine).articles
        found = shown.search(query, filters, limit, best=best)
        waiting = shown.unindexed()
    if as_json:
        show_json([_data(item, query) for item in found.articles])
    else:
        for item in found.articles:
            for line in _lines(item, query):
                show(line)
    _tell(found, waiting)
    return OK


def _as_typed(word: str) -> str:
    """The shell takes quotes away: what holds a blank was a phrase."""
    sign, told = ("-", word[1:]) if word.startswith("-") else ("", word)
    return f'{sign}"{told}"' if " " in told and '"' not in told else word


def _lines(item: ArticleShown, query: Query | None) -> Iterator[str]:
    yield ""
    yield f"{item.id}: {_in_brackets(marked(query, item.title, item.language)) or '(no title)'}"
    yield f"  {plain(item.outlet) or 'no outlet'}, {at(item.published)} UTC, {item.language}"
    part = snippet(query, item.text, item.language)
    yield f"  {'… ' if part.before else ''}{_in_brackets(part.pieces)}{' …' if part.after else ''}"
    if not item.judged_at:
        yield "  waits to be judged"
    elif item.error:
        yield f"  could not be judged: {plain(item.error)}"
    elif not item.became:
        yield "  touches no rule"
    for one in item.became:
        yield f"  {one.rule}: {one.kind.value}, {'ALERT' if one.alerted else 'no alert'}: {plain(one.reason)}"


def _in_brackets(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


def _tell(found: Page, waiting: int) -> None:
    if not found.articles:
        say("nothing was found")
    if found.searched_to:
        say(f"time was up: looked through back to {at(found.searched_to)} UTC; go on with --until")
    if waiting:
        many = "500 or more" if waiting >= 500 else str(waiting)
        say(f"{many} of the stored articles are not in the index yet: `monitor run` puts them there, the latest first")


def _data(item: ArticleShown, query: Query | None) -> dict[str, object]:
    part = snippet(query, item.text, item.language)
    return {
        "id": item.id,
        "title": item.title,
        "outlet": item.outlet,
        "language": item.language,
        "published": item.published,
        "judged_at": item.judged_at,
        "error": item.error,
        "snippet": [{"text": piece.text, "hit": piece.hit} for piece in part.pieces],
        "became": [
            {"rule": one.rule, "verdict": one.kind, "alerted": one.alerted, "reason": one.reason, "alert": one.alert}
            for one in item.became
        ],
    }
