"""`monitor terms …`: what the words of a term stand for."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, Watchlists, group, setup
from monitor.cli.output import show, show_json
from monitor.core.rules import Term
from monitor.core.terms import ANY, Element, parse_word
from monitor.watchlists.wording import nearest

app = group("Look at the terms.")


@app.command("show")
def show_(
    term: Annotated[str, typer.Argument(metavar="TERM", help="The name of a term.")],
    as_json: AsJson = False,
    watchlists: Watchlists = None,
) -> int:
    """Show a term's words in each language, and what each stands for once it is compiled."""
    terms = setup(watchlists_dir=watchlists).watchlists().ruleset.terms
    if term not in terms:
        raise Misuse(f"there is no term {term} ({nearest(term, terms) or 'see the watchlists'})")
    compiled = _compiled(terms[term])
    if as_json:
        show_json(compiled)
        return OK
    for lang, words in compiled.items():
        show(lang)
        for word, stands_for in words.items():
            show(f"  {word}  =  {stands_for}")
    return OK


def _compiled(term: Term) -> dict[str, dict[str, str]]:
    return {
        lang: {
            word: " ".join(_in_words(e) for e in parse_word(term.name, word, "en" if lang == ANY else lang).elements)
            for word in words
        }
        for lang, words in term.words.items()
    }


def _in_words(element: Element) -> str:
    gap = f"… at most {element.gap} words … " if element.gap else ""
    if element.literal:
        return f"{gap}exactly {element.literal}"
    if element.form:
        return f"{gap}only {element.form}"
    if element.prefix:
        return f"{gap}{element.prefix}…"
    return f"{gap}any form of {'/'.join(sorted(element.keys))}"
