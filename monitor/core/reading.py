"""What is worked out about a document only where a rule looks: dates, names, figures, lemmas per sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import regex

from monitor.core import language
from monitor.core.dates import DateMention, find_dates
from monitor.core.figures import FoundFigure, find_figures
from monitor.core.modality import assertion_at, attribution
from monitor.core.model import Assertion, Attribution, Evidence, Zone
from monitor.core.names import FoundName, find_names
from monitor.core.terms import Hit
from monitor.core.text import Document, Sentence, normal_forms

_OPENS, _CLOSES = regex.compile('[«„“"]'), regex.compile('[»”"\n]')
_THREE_WORDS = regex.compile(r"(?:[^»”\"\s]{1,80}[ \t]{1,80}){3}")
_TITLE = 300  # characters of a title that are looked at

_NEGATED = {
    "tr": regex.compile(r"\p{L}{2}m(?:[ae](?:yacak|yecek|yacağ|yeceğ|yız|yiz|yan|yen|z|dı|di|mış|miş)|[ıiuü]yor)"),
    "az": regex.compile(r"\p{L}{2}m(?:[aə](?:yacaq|yəcək|yacağ|yəcəy|yan|yən|z|dı|di|yıb|yib|mış|miş)|[ıiuü]r)"),
}


# Titles of reviews, year-ends, chronologies: what they tell without a date is long known.
_REVIEW = regex.compile(
    r"^(?:opinion|analysis|comment|column|the week ahead|мнение|колонка|аналитика|думка|аналітика|rəy|təhlil|yorum|"
    r"analiz|köşe yazısı|opinie|analiză)\b\s*[:|—–-]?|"
    r"\b(?:timeline|chronology|year in review|the year in|look(?:ing)? back|a year of|year after|years? on|"
    r"months? (?:after|on|since)|anniversary|history of|from .+ to .+:|long summer|how .+ (?:became|came|was drawn)|"
    r"хронолог\w+|хроника|итоги|год,? (?:котор\w+|без|после)|месяц\w* спустя|лет спустя|как .+ дошл\w+|история \w+|"
    r"хроніка|підсумки|рік,? (?:який|без|після)|місяц\w+ потому|"
    r"xronologiya|ilin yekun\w*|bir il sonra|kronoloji|yılın|bir yıl sonra|nereden nereye|"
    r"cronologie|retrospectiv\w+|un an de)\b",
    regex.I,
)


class Reading:
    """A document with its time of publication; every question about a sentence is answered once."""

    def __init__(self, document: Document, published: datetime):
        self.document = document
        self.published = published
        self._dates: dict[int, tuple[DateMention, ...]] = {}
        self._names: dict[int, tuple[FoundName, ...]] = {}
        self._figures: dict[int, tuple[FoundFigure, ...]] = {}
        self._speech: list[tuple[int, int]] | None = None
        self._lemmas: dict[int, tuple[str, ...]] = {}

    def sentence(self, index: int) -> Sentence:
        return self.document.sentences[index]

    def evidence(self, index: int) -> Evidence:
        sentence = self.sentence(index)
        return Evidence(sentence.text, sentence.start, sentence.end, sentence.zone)

    def dates(self, index: int) -> tuple[DateMention, ...]:
        """Offsets are into the sentence."""
        if index not in self._dates:
            text = self.sentence(index).text
            self._dates[index] = find_dates(text, self.document.language, self.published)
        return self._dates[index]

    def names(self, index: int) -> tuple[FoundName, ...]:
        if index not in self._names:
            self._names[index] = find_names(self.sentence(index).text, self.document.language)
        return self._names[index]

    def figures(self, index: int) -> tuple[FoundFigure, ...]:
        if index not in self._figures:
            self._figures[index] = find_figures(self.sentence(index).text, self.document.language)
        return self._figures[index]

    def lemmas(self, index: int) -> tuple[str, ...]:
        """The lemma of every token of a sentence; empty for function words and for what has under three letters."""
        if index not in self._lemmas:
            lang = self.document.language
            stop = language.stopwords(lang)
            forms = (normal_forms(word, lang)[0] for word in self.sentence(index).words)
            self._lemmas[index] = tuple(
                language.lemma(form, lang) if len(form) > 2 and form not in stop else "" for form in forms
            )
        return self._lemmas[index]

    @property
    def retrospective(self) -> bool:
        """Does the title announce a review of what is past?"""
        return bool(_REVIEW.search(self.document.title[:_TITLE]))

    def is_to_come(self, hit: Hit) -> bool:
        """Is what the hit tells still to come (“will”, “is to”)?"""
        sentence = self.sentence(hit.sentence)
        return assertion_at(sentence.text, self.document.language, hit.start - sentence.start).future

    def assertion(self, hit: Hit) -> Assertion:
        """How firmly the sentence asserts what the hit tells. A word does not weaken itself."""
        sentence = self.sentence(hit.sentence)
        start, end = hit.start - sentence.start, hit.end - sentence.start
        cue = assertion_at(sentence.text, self.document.language, start)
        inside = cue.start < end and start < cue.end
        if inside or cue.kind is Assertion.ASSERTED:
            return Assertion.DENIED if self._negated(hit) else Assertion.ASSERTED
        return cue.kind

    def _negated(self, hit: Hit) -> bool:
        """Turkish and Azerbaijani verbs carry their negation inside."""
        pattern = _NEGATED.get(self.document.language)
        word = self.sentence(hit.sentence).tokens[hit.last].text
        return bool(pattern and pattern.search(normal_forms(word, self.document.language)[0]))

    def quoted(self, hit: Hit) -> bool:
        """Is the hit part of what somebody is quoted as saying? A few words in quotation marks are no speech."""
        if self.sentence(hit.sentence).zone is Zone.TITLE:
            return False
        if self._speech is None:
            self._speech = list(_speeches(self.document.text))
        return any(start < hit.start and hit.end < end for start, end in self._speech)

    def attribution(self, indexes: tuple[int, ...]) -> Attribution:
        """The strongest word on which the given sentences tell it."""
        order = list(Attribution)
        kinds = [attribution(self.sentence(index).text, self.document.language).kind for index in indexes]
        strongest = max((kind for kind in kinds if kind is not Attribution.OUTLET), key=order.index, default=None)
        return strongest or Attribution.OUTLET


def _speeches(text: str) -> Iterator[tuple[int, int]]:
    """Spans of what is quoted at some length: more than three words between quotation marks, within one paragraph.

    Every mark is looked at once or twice, however many are never closed.
    """
    at = 0
    while opening := _OPENS.search(text, at):
        closing = _CLOSES.search(text, opening.end())
        if closing is None:
            return
        marks = _OPENS.finditer(text, opening.start(), closing.start())
        begin = next((mark.start() for mark in marks if _THREE_WORDS.match(text, mark.end())), -1)
        if closing[0] != "\n" and begin >= 0:
            yield begin, closing.end()
            at = closing.end()
        else:  # a straight mark that closes nothing may open
            at = closing.start() if closing[0] == '"' else closing.end()
