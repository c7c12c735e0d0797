"""`monitor terms …`: what the words of a term stand for, and which forms of them were seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated, Any

import typer

from monitor.cli.context import OK, AsJson, Misuse, Setup, Watchlists, group, setup
from monitor.cli.output import count, counted, say, show, show_json
from monitor.cli.reading import utc_now
from monitor.core.forms import Forms, forms_seen, stands_for, tried
from monitor.core.model import Article
from monitor.core.render import plain
from monitor.core.rules import Term
from monitor.core.terms import ANY
from monitor.errors import StoreError
from monitor.store.views import Views
from monitor.watchlists.wording import nearest

MOST = 5000  # of the latest articles: some ten seconds of reading
_PAGE = 200
_SHOWN = 12  # forms of a word; --json has all of them

app = group("Look at the terms.")


@app.command("show")
def show_(
    term: Annotated[str | None, typer.Argument(metavar="TERM", help="The name of a term.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every term, file by file.")] = False,
    days: Annotated[int, typer.Option(metavar="N", min=1, help="Count in the articles of the last N days.")] = 30,
    try_: Annotated[
        list[str] | None, typer.Option("--try", metavar="WORD", help="Would this form be found, and by what?")
    ] = None,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
) -> int:
    """Show a term's words in each language, what each stands for, and which forms of it stored articles have.

    Without a database nothing is counted. With --try (again for each word) only those words are tried.
    """
    if all_ == (term is not None):
        raise Misuse("name one term, or say --all")
    if all_ and try_:
        raise Misuse("--try takes the name of a term")
    given = setup(watchlists_dir=watchlists)
    chosen = _chosen(given.watchlists().ruleset.terms, term)
    if try_:
        _try(try_, *chosen.values(), as_json=as_json)
        return OK
    articles: int | None = None
    seen: Mapping[str, Forms] = {}
    try:
        seen, articles = _seen(given, chosen, days)
        told = f"seen in {count(articles, 'article')} of the last {count(days, 'day')}"
    except StoreError as error:
        told = f"nothing is counted: {plain(str(error))}"
    if as_json:
        data = {name: _data(one, seen.get(name, {})) for name, one in chosen.items()}
        show_json({"articles": articles, "days": days} | ({"words": data[term]["words"]} if term else {"terms": data}))
        return OK
    _print(chosen.values(), seen if articles else None, headed=all_)
    say(told)
    return OK


def _chosen(terms: Mapping[str, Term], name: str | None) -> Mapping[str, Term]:
    """The term of this name, or all."""
    if name is None:
        return terms
    if name not in terms:
        raise Misuse(f"there is no term {name} ({nearest(name, terms) or 'see the watchlists'})")
    return {name: terms[name]}


def _print(terms: Iterable[Term], seen: Mapping[str, Forms] | None, *, headed: bool) -> None:
    """Terms in the order of their files, `headed` by file, line and name; `seen` is None where nothing was counted."""
    for file, together in groupby(sorted(terms, key=lambda term: (term.watchlist, term.line)), _file):
        if headed:
            show(file)
        for term in together:
            if headed:
                show(f"{term.line}: {term.name}")
            _show(term, None if seen is None else seen[term.name])


def _try(words: Iterable[str], term: Term, *, as_json: bool) -> None:
    trials = [trial for word in words for trial in tried(word, term)]
    if as_json:
        show_json([asdict(trial) for trial in trials])
        return
    for trial in trials:
        found = f"found by {trial.by}" if trial.by else "not found"
        show(plain(f"{trial.language} {trial.word}: {found} ({trial.why})"))


def _file(term: Term) -> str:
    return term.watchlist


def _show(term: Term, seen: Forms | None) -> None:
    """The words of a term, with the forms that were seen (None: nothing was counted)."""
    for lang, words in _compiled(term).items():
        show(lang)
        for word, meant in words.items():
            show(f"  {word}  =  {meant}")
            if seen is not None:
                show(f"    seen: {plain(_in_numbers(seen.get((lang, word), {}), every=lang == ANY)) or 'never'}")


def _seen(given: Setup, terms: Mapping[str, Term], days: int) -> tuple[Mapping[str, Forms], int]:
    """The forms of the terms in stored articles, and how many articles there were. Raises StoreError."""
    with given.store() as engine:
        views = Views(engine)
        since = views.published_since(utc_now() - timedelta(days=days), MOST)
        return forms_seen(counted(_stored(views, since), "article"), terms)


def _stored(views: Views, since: datetime) -> Iterator[Article]:
    after = (since, "")
    while articles := views.judged_articles(after, _PAGE):
        yield from articles
        after = (articles[-1].published, articles[-1].id)


def _data(term: Term, seen: Forms) -> dict[str, Any]:
    words = {
        lang: {word: {"stands_for": told, "seen": seen.get((lang, word), {})} for word, told in words.items()}
        for lang, words in _compiled(term).items()
    }
    return {"watchlist": term.watchlist, "line": term.line, "words": words}


def _in_numbers(found: Mapping[str, Counter[str]], *, every: bool) -> str:
    """The forms, most frequent first; with `every` by language."""
    told = []
    for lang, forms in sorted(found.items()):
        ordered = sorted(forms.items(), key=lambda item: (-item[1], item[0]))
        listed = ", ".join(f"{form} {number}" for form, number in ordered[:_SHOWN])
        more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
        told.append(f"{lang} {listed}{more}" if every else f"{listed}{more}")
    return "; ".join(told)


def _compiled(term: Term) -> dict[str, dict[str, str]]:
    return {lang: {word: stands_for(term, word, lang) for word in words} for lang, words in term.words.items()}
