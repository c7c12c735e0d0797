"""Normal forms of an article: zones, paragraphs, sentences, tokens.

An article becomes a `Document`: its title as sentence 0, then the sentences of its text in
order. What is no statement of the article itself (captions, lists of related links, bylines,
headings) is marked `aside` and takes no part in matching.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex

from monitor.core import language
from monitor.core.model import Zone

# How far the lead reaches: wider lets background in, narrower loses the second sentence that names the
# subject (`python -m benchmarks.judgement --sweep LEAD_WORDS`; docs/judgement.md has the figures).
LEAD_WORDS = 60
LEAD_SENTENCES = 2
SENTENCE_LIMIT = 1200  # characters; a longer "sentence" is cut, so that no text makes a quadratic one

_TOKEN = regex.compile(r"[\p{L}\p{M}\p{N}_]+(?:['’ʼ`ʻ][\p{L}\p{M}\p{N}]+)*")
# Most sentences have neither apostrophes nor combining marks: there `re`, three times as fast, finds the same
# words. In all the ranges named here there are none.
_PLAIN = re.compile(r"\w+")
_ODD = re.compile(
    "[^\x00-\x26\x28-\x5f\x61-\u02ba\u02bd-\u02ff\u0370-\u0482\u048a-\u0590\u10a0-\u10ff\u2010-\u2018\u201a-\u20cf]"
)
# One set of characters comes first, to which the engine goes at once.
_BREAK = re.compile(r"[.!?…։။\n](?:(?<=\n)\n*|(?<!\n)[\"'»”’)\]]*(\s+))")
_OPENING_KINDS = frozenset(("Lu", "Lo", "Nd", "Nl", "No"))
_OPENING = frozenset("\"'«“„([—–-")  # what may stand before the first letter of a sentence
_SHORT = (
    "Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Gov|Sen|Rep|St|vs|No|Inc|Ltd|Co|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|"
    "Oct|Nov|Dec|approx|cf|etc|г|гг|ул|им|см|ст|пл|тыс|тис|млн|млрд|руб|грн|долл|дол|куб|кв|обл|р|с|м|вул|ім|"
    "т|п|д|н|э|е|məs|Dos|Yrd|Doç|Av"
)
_SHORT_WORDS = frozenset(_SHORT.split("|"))
_ABBREVIATION = regex.compile(rf"(?:\b(?:{_SHORT})|\b\p{{Lu}}|\b\p{{L}}\.\p{{L}}|\d)\.$")
_CAPTION = regex.compile(
    r"^\s*(?:photo|file photo|image|picture|illustration|video|graphic|map|"
    r"(?:на )?(?:фото|снимке|знімку|світлині)|архивное фото|иллюстрация|ілюстрація|видео|відео|инфографика|карта|"
    r"foto(?:ğraf)?|şəkil|görsel|arşiv|illüstrasiya|imagine|լուսանկար|ფოტო)\b[^\n]{0,30}?[:—–(]",
    regex.I,
)
_TAIL = regex.compile(
    r"^\s*(?:read (?:also|more|next)|see also|also read|more on this|related(?: stories| articles| news)?|"
    r"(?:читайте|читать|смотрите|по теме|дивіться|читати|на тему)(?: также| також| ещё| еще| далее| далі)?|"
    r"(?:həmçinin|bunu da|bunları da) (?:oxuyun|baxın)|oxşar xəbərlər|əlaqəli xəbərlər|"
    r"(?:bunu da|ayrıca) (?:okuyun|bakın)|ilgili haberler|citește și|"
    r"citiți și|կարդացեք նաև|ასევე წაიკითხეთ)\b\s*[:•—–|]?",
    regex.I,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word. `start` and `end` are offsets into the title or the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)  # without slots, or nothing could be worked out later
class Sentence:
    """One sentence. `paragraph` counts from 0; the title is paragraph -1."""

    index: int
    zone: Zone
    start: int
    end: int
    text: str
    paragraph: int
    words: tuple[str, ...]  # the texts of its tokens: most sentences are never asked where these stand
    aside: bool = False

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple([found.start() for found in _words(self.text).finditer(self.text)])

    def place(self, first: int, last: int) -> tuple[int, int]:
        """From where to where the words of these numbers stand, as in Token."""
        begin = self._place(first)
        end = (begin if first == last else self._place(last)) + len(self.words[last])
        return self.start + begin, self.start + end

    def _place(self, number: int) -> int:
        at = self.text.find(word := self.words[number])
        return at if self.text.find(word, at + 1) < 0 else self._starts[number]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The words with their places."""
        return tokenise(self.text, self.start)


@dataclass(frozen=True, slots=True)
class Document:
    """A title and a text in their parts."""

    title: str
    text: str
    language: str
    sentences: tuple[Sentence, ...]


def tokenise(text: str, offset: int = 0) -> tuple[Token, ...]:
    """Words and numbers of a text; compounds are split at hyphens, apostrophes stay inside."""
    return tuple(Token(m[0], m.start() + offset, m.end() + offset) for m in _words(text).finditer(text))


def words_of(text: str) -> tuple[str, ...]:
    """The texts of the tokens of a text."""
    return tuple(_words(text).findall(text))


def _words(text: str) -> re.Pattern[str] | regex.Pattern[str]:
    """What finds the words of a text."""
    return _TOKEN if _ODD.search(text) else _PLAIN


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, blanks at the ends left out."""
    spans, start = [], 0
    for match in _BREAK.finditer(text):
        at, follows = match.start(), match.end()
        if match[1] is None:  # a line ends without a full stop
            spans.append((start, at))
        elif "\n" in match[1] or (_may_open(text[follows : follows + 1]) and not _abbreviates(text, start, at + 1)):
            spans.append((start, match.start(1)))
        else:
            continue
        start = follows
    spans.append((start, len(text)))
    return [piece for span in spans for piece in _trim(text, *span)]


def _may_open(letter: str) -> bool:
    """Can a sentence begin so? In scripts without capitals any letter can."""
    return letter in _OPENING or (letter != "" and unicodedata.category(letter) in _OPENING_KINDS)


def _abbreviates(text: str, start: int, end: int) -> bool:
    """Does the full stop before `end` belong to an abbreviation, an initial or a figure?"""
    if text[end - 1] != ".":
        return False
    before = text[max(start, end - 12) : end - 1]
    _, blank, word = before.rpartition(" ")
    if len(word) > 1 and word.isalpha() and (blank or len(word) > 7):
        return word in _SHORT_WORDS
    return bool(_ABBREVIATION.search(text, max(start, end - 12), end))


def _trim(text: str, start: int, end: int) -> list[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return [(at, min(at + SENTENCE_LIMIT, end)) for at in range(start, end, SENTENCE_LIMIT)]


def read(title: str, text: str, lang: str) -> Document:
    """An article in its parts. `lang` is one of the codes of `monitor.core.language`."""
    headline = title[:SENTENCE_LIMIT]
    sentences = [Sentence(0, Zone.TITLE, 0, len(headline), headline, -1, words_of(headline))]
    words = leading = 0
    in_tail = False
    paragraphs = _paragraphs(text)
    for number, (start, end) in enumerate(paragraphs):
        paragraph = text[start:end].strip()
        in_tail = in_tail or bool(_TAIL.match(paragraph))
        heading = 0 < number < len(paragraphs) - 1 and _is_heading(paragraph)
        aside = in_tail or heading or bool(_CAPTION.match(paragraph)) or paragraph == title.strip()
        paragraph = text[start:end]
        for first, last in split_sentences(paragraph):
            # Sentences without a single word must not keep the lead open for ever.
            in_lead = not aside and (max(words, leading) < LEAD_WORDS or leading < LEAD_SENTENCES)
            zone = Zone.LEAD if in_lead else Zone.BODY
            sentence = paragraph[first:last]
            found = words_of(sentence)
            if in_lead:
                words, leading = words + len(found), leading + 1
            sentences.append(
                Sentence(len(sentences), zone, start + first, start + last, sentence, number, found, aside)
            )
    return Document(title, text, lang, tuple(sentences))


def _paragraphs(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for match in regex.finditer(r"\n\s*\n|\n", text):
        spans.append((start, match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [(first, last) for first, last in spans if text[first:last].strip()]


def _is_heading(paragraph: str) -> bool:
    """A short line without a full stop that others follow."""
    return len(paragraph) < 90 and paragraph[-1] not in '.!?…»”"։:'


@lru_cache(maxsize=50_000)
def normal_forms(word: str, lang: str) -> tuple[str, frozenset[str]]:
    """(folded form, all keys under which the word may be met) of one token."""
    return language.fold(word, lang), language.keys(word, lang)
