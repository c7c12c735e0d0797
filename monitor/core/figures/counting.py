"""Numbers of things that have no unit of their own: "120 new prefabricated homes" for whoever counts homes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from monitor.core import language
from monitor.core.figures.reader import FoundFigure, numbers_before

_PARTITIVE = {"of", "de"}  # "hundreds of homes", „120 de case”
# A word between number and noun that is no adjective: then the number counts something else ("12 fires ruined homes").
_PLURAL = {
    "en": re.compile(r"(?:[^sui']s|[^o]us|ies)$"),
    "az": re.compile(r"l[aə]r\w*$"),
    "tr": re.compile(r"l[ae]r\w*$"),
}
_ADJECTIVE = re.compile(r"(?:[ыиі][йехї]|[ая]я|[уюо][юй]|[оеє]го|[ыи]ми?|[иі]ших|і|ї)$")


def counted(text: str, lang: str, noun: tuple[int, int], unit: str) -> Iterator[FoundFigure]:
    """The number, or the two of a range, right before a noun, with nothing but adjectives between.

    `noun` is where it stands in `text`, in code points; the figures have `unit`.
    """
    lang, (start, end) = lang[:2].lower(), noun
    found, between = numbers_before(text, lang, start, unit)
    if all(_is_adjective(word, number, lang) for number, word in enumerate(between)):
        for one in found:
            yield replace(one, end=end, figure=replace(one.figure, text=text[one.start : end]))


def _is_adjective(word: str, number: int, lang: str) -> bool:
    if number == 0 and word in _PARTITIVE:
        return True
    if word in language.stopwords(lang):
        return False
    if lang in ("ru", "uk"):
        return bool(_ADJECTIVE.search(word))
    plural = _PLURAL.get(lang)
    return plural is None or not plural.search(word)
