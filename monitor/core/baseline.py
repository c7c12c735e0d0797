"""Facts as analysts write them, made comparable with what is read off articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from monitor.core import language
from monitor.core.figures import fate_of
from monitor.core.model import Fact, Figure
from monitor.core.names import canonical
from monitor.core.text import normal_forms, tokenise


def comparable(facts: Iterable[Fact], lang: str) -> tuple[Fact, ...]:
    """Names and places in one alphabet, word by word, the content words of what the fact says, and of figures of
    people what befell them.

    `lang` is the language of the facts' words.
    """
    return tuple(
        replace(
            fact,
            names=frozenset((*_keys((*fact.names, *fact.places), lang), *_planned(fact))),
            signature=_content(fact.words, lang),
            figures=tuple(_with_fate(figure, lang) for figure in fact.figures),
            language=lang,
        )
        for fact in facts
    )


def _with_fate(figure: Figure, lang: str) -> Figure:
    """As the figure's own words tell it."""
    if figure.unit != "people" or figure.fate:
        return figure
    return replace(figure, fate=fate_of(figure.text.casefold(), 0, len(figure.text), lang))


def _planned(fact: Fact) -> Iterable[str]:
    """The day for which something is planned names it, as in `core.claims`."""
    return [fact.when.first.isoformat()] if fact.when and fact.when.first > fact.recorded.date() else []


def _keys(names: Iterable[str], lang: str) -> Iterable[str]:
    return (key for name in names for word in tokenise(name) if (key := canonical(word.text, lang)))


def _content(words: str, lang: str) -> frozenset[str]:
    stop = language.stopwords(lang)
    forms = (normal_forms(token.text, lang)[0] for token in tokenise(words))
    return frozenset(language.lemma(form, lang) for form in forms if len(form) > 2 and form not in stop)
