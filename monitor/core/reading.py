"""What is worked out about a document only where a rule looks: dates, names, figures, lemmas per sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import regex

from monitor.core import countries, language
from monitor.core.dates import DateMention, belongs_elsewhere, find_dates, is_attributive, own_clause
from monitor.core.figures import FoundFigure, counted, find_figures
from monitor.core.modality import (
    AssertionCue,
    AttributionCue,
    assertion_at,
    attribution,
    counted_from,
    dates_behind,
    goes_on,
    recalled,
    says_again,
)
from monitor.core.model import Assertion, Attribution, Evidence, Zone
from monitor.core.names import FoundName, find_names, is_located, is_wide
from monitor.core.terms import Hit
from monitor.core.text import Document, Sentence, words_of

_OPENS, _CLOSES = regex.compile('[«„“"]'), regex.compile('[»”"\n]')
_THREE_WORDS = regex.compile(r"(?:[^»”\"\s]{1,80}[ \t]{1,80}){3}")
_TITLE = 300  # characters of a title that are looked at

_NEGATED = {
    "tr": regex.compile(r"\p{L}{2}m(?:[ae](?:yacak|yecek|yacağ|yeceğ|yız|yiz|yan|yen|z|dı|di|mış|miş)|[ıiuü]yor)"),
    "az": regex.compile(r"\p{L}{2}m(?:[aə](?:yacaq|yəcək|yacağ|yəcəy|yan|yən|z|dı|di|yıb|yib|mış|miş)|[ıiuü]r)"),
}


# "The arrested men", «арестованных», "saxlanılan": whom it happened to, not that it happened.
_ATTRIBUTE = {
    "en": regex.compile(r"\p{L}+(?:ed|en|un|ught)"),
    # Without the endings that nouns of the same stem have: «арестом», «визитом», «плану».
    "ru": regex.compile(r"\p{L}+(?:[аяе]нн|[иыуя]т)(?:ый|ого|ому|ым|ая|ую|ое|ые|ых|ыми)"),
    "uk": regex.compile(r"\p{L}+(?:[аея]н|[иу]т)(?:ий|ого|ому|им|ої|их|ими)"),
    "az": regex.compile(r"\p{L}+(?:l[ıiuü]?n?[aə]n|m[ıiuü]ş)(?:lar|lər)?(?:[ıiuü]n?|a|ə)?"),
    "tr": regex.compile(r"\p{L}+(?:[ıiuü]l|n)[ae]n(?:lar|ler)?(?:[ıiuü]n?|a|e)?"),
}
_DETERMINED = regex.compile(r"\b(?:the|of|for|with|among|all|both|two|three|four|five|six|ten) $", regex.I)
_ASKS = regex.compile(r"[^.!?…]*[?՞]")
# "Decided to lift the ban": what a state has decided is its state.
_DECIDED = regex.compile(
    r"\b(?:decid(?:es?|ed)|decisions?|decrees?|order(?:s|ed)?|vot(?:es?|ed)|resolv(?:es?|ed)) (?:\w+ ){0,3}to\b",
    regex.I,
)
# Titles of reviews, year-ends, chronologies: what they tell without a date is long known.
_REVIEW = regex.compile(
    r"^(?:opinion|analysis|comment|column|the week ahead|мнение|колонка|аналитика|думка|аналітика|rəy|təhlil|yorum|"
    r"analiz|köşe yazısı|opinie|analiză)\b\s*[:|—–-]?|"
    r"^(?:experts?|analysts?|эксперт\w*|аналитик\w*|политолог\w*|експерт\w*|аналітик\w*|політолог\w*|ekspert\w*|"
    r"politoloq\w*|uzman\w*|analist\w*):|"
    r"[-–—:|] ?(?:expert|analyst|эксперт|аналитик|политолог|експерт|аналітик|політолог|ekspert\w*|politoloq|uzman|rəy|"
    r"şərh|təhlil|мнение|думка|opinion)$|"
    r"\b(?:timeline|chronology|year in review|the year in|look(?:ing)? back|a year of|year after|years? on|"
    r"months? (?:after|on|since)|anniversary|history of|from .+ to .+:|long summer|how .+ (?:became|came|was drawn)|"
    r"хронолог\w+|хроника|итоги|год,? (?:котор\w+|без|после)|месяц\w* спустя|лет спустя|как .+ дошл\w+|история \w+|"
    r"хроніка|підсумки|рік,? (?:який|без|після)|місяц\w+ потому|"
    r"xronologiya|ilin yekun\w*|bir il sonra|kronoloji|yılın|bir yıl sonra|nereden nereye|"
    r"cronologie|retrospectiv\w+|un an de|ani de (?:la|când))\b",
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
        self._words: dict[int, AttributionCue] = {}

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

    def counted(self, index: int, hits: Iterable[Hit], unit: str) -> Iterator[FoundFigure]:
        """How many of what the hits name the sentence tells, as figures of `unit`. Dates and figures that have a unit
        of their own count nothing else."""
        sentence, lang = self.sentence(index), self.document.language
        taken = [(date.start, date.end) for date in self.dates(index)]
        taken += [(figure.start, figure.end) for figure in self.figures(index)]
        seen: set[int] = set()
        for hit in hits:
            for found in counted(sentence.text, lang, (hit.start - sentence.start, hit.end - sentence.start), unit):
                if found.start not in seen and not any(start <= found.start < end for start, end in taken):
                    seen.add(found.start)
                    yield found

    def lemmas(self, index: int) -> tuple[str, ...]:
        """The lemma of every token of a sentence; empty for function words and for what has under three letters."""
        if index not in self._lemmas:
            lang = self.document.language
            stop = language.stopwords(lang)
            forms = [language.fold(word, lang) for word in self.sentence(index).words]
            self._lemmas[index] = tuple(
                language.lemma(form, lang) if len(form) > 2 and form not in stop else "" for form in forms
            )
        return self._lemmas[index]

    @property
    def retrospective(self) -> bool:
        """Does the title announce a review of what is past?"""
        return bool(_REVIEW.search(self.document.title[:_TITLE]))

    def is_to_come(self, hit: Hit) -> bool:
        """Is what the hit tells still to come (“will”, “is to”, «подпишут»)?"""
        sentence = self.sentence(hit.sentence)
        if assertion_at(sentence.text, self.document.language, hit.start - sentence.start).future:
            return True
        lang = self.document.language
        if lang not in {"ru", "uk"}:
            return False
        clause = regex.split(r"[,;:()—–«»\"]", sentence.text[: hit.end - sentence.start])[-1]
        return any(language.is_future(language.fold(word, lang), lang) for word in words_of(clause))

    def is_decided(self, hit: Hit) -> bool:
        """Does the sentence speak, before the hit, of a decision to do it?"""
        sentence = self.sentence(hit.sentence)
        return bool(_DECIDED.search(sentence.text, 0, hit.start - sentence.start))

    def assertion(self, hit: Hit) -> AssertionCue:
        """How firmly the sentence asserts what the hit tells, and by which words. A word weakens itself by its tense
        only."""
        sentence = self.sentence(hit.sentence)
        start, end = hit.start - sentence.start, hit.end - sentence.start
        cue = assertion_at(sentence.text, self.document.language, start, end)
        if cue.kind is not Assertion.ASSERTED:
            return cue
        if self._negated(hit):
            return AssertionCue(Assertion.DENIED, start, end, hit.word)
        return AssertionCue(Assertion.ASSERTED, start, start, "")

    def _negated(self, hit: Hit) -> bool:
        """Turkish and Azerbaijani verbs carry their negation inside."""
        pattern = _NEGATED.get(self.document.language)
        word = self.sentence(hit.sentence).words[hit.last]
        return bool(pattern and pattern.search(language.fold(word, self.document.language)))

    def recalls(self, hit: Hit) -> bool:
        """Is what the hit tells spoken of as of something known ("after the strikes")?"""
        sentence = self.sentence(hit.sentence)
        return recalled(sentence.text, self.document.language, hit.start - sentence.start, hit.end - sentence.start)

    def is_counted_from(self, hit: Hit) -> bool:
        """Are days or longer counted from what the hit tells ("three days after the strike")?"""
        sentence = self.sentence(hit.sentence)
        return counted_from(sentence.text, self.document.language, hit.start - sentence.start, hit.end - sentence.start)

    def in_passing(self, hit: Hit) -> bool:
        """Does the clause of the hit say of whom or what is spoken ("the station, hit by drones on Monday,")?"""
        sentence = self.sentence(hit.sentence)
        word = hit.start - sentence.start, hit.end - sentence.start
        return is_attributive(sentence.text, self.document.language, word)

    def asks(self, hit: Hit) -> bool:
        """Does the hit stand in a question?"""
        sentence = self.sentence(hit.sentence)
        return bool(_ASKS.match(sentence.text, hit.end - sentence.start))

    def describes(self, hit: Hit) -> bool:
        """Does the hit say of whom or what is spoken ("the arrested men") rather than what happened?"""
        sentence, lang = self.sentence(hit.sentence), self.document.language
        pattern = _ATTRIBUTE.get(lang)
        if pattern is None or not pattern.fullmatch(language.fold(sentence.words[hit.last], lang)):
            return False
        return lang != "en" or bool(_DETERMINED.search(sentence.text, 0, hit.start - sentence.start))

    def vague(self, index: int) -> bool:
        """Does the sentence speak of a time and of no day ("this month")?"""
        return bool(self.dates(index)) and not any(mention.exact for mention in self.dates(index))

    def dates_around(self, hit: Hit) -> tuple[DateMention, ...]:
        """The dates of the hit's sentence, or only those of the clause told aside in which it stands: “…, detained in
        May, rode on Sunday”."""
        sentence, dates = self.sentence(hit.sentence), self.dates(hit.sentence)
        word = hit.start - sentence.start, hit.end - sentence.start
        spans = [(mention.start, mention.end) for mention in dates]
        own = own_clause(sentence.text, self.document.language, spans, word)
        return tuple(mention for mention in dates if own is None or own[0] <= mention.start < own[1])

    def dates_for(self, hit: Hit) -> tuple[DateMention, ...]:
        """The dates of the hit's sentence that may be its own: not those of a participle ("cut in May, was repaired");
        and before what is recalled stands the day of recalling."""
        sentence, lang = self.sentence(hit.sentence), self.document.language
        word = hit.start - sentence.start, hit.end - sentence.start
        dates = tuple(
            mention
            for mention in self.dates_around(hit)
            if not belongs_elsewhere(sentence.text, lang, (mention.start, mention.end), word)
        )
        if not dates or not dates_behind(lang) or not self.recalls(hit):
            return dates
        return tuple(mention for mention in dates if mention.start >= word[1])

    def quoted(self, hit: Hit) -> bool:
        """Is the hit part of what somebody is quoted as saying? A few words in quotation marks are no speech."""
        if self.sentence(hit.sentence).zone is Zone.TITLE:
            return False
        if self._speech is None:
            self._speech = list(_speeches(self.document.text))
        return any(start < hit.start and hit.end < end for start, end in self._speech)

    def attribution(self, told: Iterable[int], around: Iterable[int]) -> AttributionCue:
        """The strongest word on which the sentences `told` say it. Where these name nobody, those `around` count as
        far as they weaken it, confirm it, or refer to it; what an office says there of other things does not."""
        own = self._strongest(map(self._attributed, told))
        if own.kind is Attribution.OFFICIAL:
            return own
        near = [cue for cue in map(self._attributed, around) if cue.confirmed or cue.back or _weakens(cue, own)]
        return self._strongest([own, *near])

    def _attributed(self, index: int) -> AttributionCue:
        if index not in self._words:
            self._words[index] = attribution(self.sentence(index).text, self.document.language)
        return self._words[index]

    @staticmethod
    def _strongest(cues: Iterable[AttributionCue]) -> AttributionCue:
        order = list(Attribution)
        named = [cue for cue in cues if cue.kind is not Attribution.OUTLET]
        nobody = AttributionCue(Attribution.OUTLET, 0, 0, "")
        return max(named, key=lambda cue: (order.index(cue.kind), cue.confirmed), default=nobody)

    def goes_on(self, index: int) -> bool:
        """Does the sentence speak of what began before and goes on?"""
        return goes_on(self.sentence(index).text, self.document.language)

    def says_again(self, index: int) -> bool:
        """Does the sentence call what it tells another such event?"""
        return says_again(self.sentence(index).text, self.document.language)

    def locations(self, indexes: Iterable[int]) -> frozenset[str]:
        """The canonical names that stand where a place stands: “in Odesa”, «под Рени», “Bakıda”. A region, which has
        many places in it, is none."""
        lang = self.document.language
        return frozenset(
            name.key
            for index in indexes
            for name in self.names(index)
            if name.key not in countries.KEYS
            and is_located(self.sentence(index).text, name, lang)
            and not is_wide(self.sentence(index).text, name)
        )


def _weakens(cue: AttributionCue, own: AttributionCue) -> bool:
    return own.kind is Attribution.OUTLET and cue.kind in (Attribution.UNNAMED, Attribution.ONE_SIDE)


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
