"""News of our own making in five languages, of any length and never twice the same.

Sentences are put together from phrases, with invented surnames and figures in between: the
phrases bring the words that every article has, the surnames those that no dictionary has and
no cache has seen. What watchlists look for is sprinkled in, as often as in real articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import yaml

from monitor.core.matching import groups
from monitor.core.model import Article
from monitor.core.rules import Rule, RuleSet
from monitor.core.terms import ANY

LANGUAGES = ("en", "ru", "uk", "az", "tr")
START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)

# language → part of a sentence (when, who, did, what, where, tail, endings) → phrases
PHRASES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "_prose.yaml").read_text(encoding="utf-8")
)
_SYLLABLES = "bal dor mek tis vor lan kir sav ten mor gal pir rud nem zol tar bis hal kov dun ras pel gor min".split()  # noqa: SIM905
_LETTERS = str.maketrans("abdeghiklmnoprstuvz", "абдегхиклмнопрстувз")
_OPERATOR = re.compile(r"~\d+ ?|[=*]+")


def plain_word(word: str) -> str:
    """A word of a watchlist as it may stand in a text: without `=`, `*` and `~3`."""
    return _OPERATOR.sub("", word).strip()


class Prose:
    """An endless supply of articles. The same seed gives the same ones."""

    def __init__(self, seed: int, ruleset: RuleSet | None = None, touching: float = 0.3, mentions: float = 0.6):
        """`touching`: share of articles with a passage that has every word some rule asks for;
        `mentions`: share of sentences with a single watched word."""
        self._random = Random(seed)
        self._ruleset = ruleset
        self._touching, self._mentions = touching, mentions
        self._words = {lang: _watched(ruleset, lang) if ruleset else [] for lang in LANGUAGES}

    def name(self, lang: str) -> str:
        random = self._random
        # Some names are in every paper and most are in none: ranks with a long tail.
        name = "".join(_SYLLABLES[int(len(_SYLLABLES) * random.random() ** 3)] for _ in range(random.choice((2, 3, 3))))
        if lang in ("ru", "uk"):
            name = name.translate(_LETTERS)
        return name.capitalize() + random.choice(PHRASES[lang]["endings"])

    def sentence(self, lang: str) -> str:
        random, parts = self._random, PHRASES[lang]
        tail = re.sub(r"\{name\}", lambda _: self.name(lang), random.choice(parts["tail"]))
        tail = tail.replace("{number}", str(random.randint(2, 400)))
        main = " ".join(random.choice(parts[part]) for part in _order(lang))
        watched = self._words[lang]
        if watched and random.random() < self._mentions:
            main += f" ({random.choice(watched)})"
        return f"{main}, {tail}."

    def passage(self, lang: str, rule: Rule) -> str:
        """A sentence with one word of every group that a rule asks for."""
        assert self._ruleset is not None
        words = []
        for group in groups(rule):
            terms = [self._ruleset.terms[name].words for name in group]
            listed = [word for term in terms for word in (*term.get(lang, ()), *term.get(ANY, ()))]
            if listed:
                words.append(plain_word(self._random.choice(listed)))
        text = f"{' '.join(words)} {self._random.choice(PHRASES[lang]['where'])}."
        return text[:1].upper() + text[1:]

    def title(self, lang: str) -> str:
        parts, random = PHRASES[lang], self._random
        title = f"{random.choice(parts['who'])} {random.choice(parts['what'])}: {self.name(lang)}"
        return title[:1].upper() + title[1:]

    def paragraphs(self, lang: str, words: int) -> list[str]:
        """About so many words, three sentences a paragraph; the lead may touch a rule."""
        made: list[list[str]] = [[]]
        count = 0
        if self._ruleset and self._random.random() < self._touching:
            made[-1].append(self.passage(lang, self._random.choice(self._ruleset.rules)))
        while count < words:
            if len(made[-1]) >= 3:
                made.append([])
            made[-1].append(self.sentence(lang))
            count += len(made[-1][-1].split())
        return [" ".join(sentences) for sentences in made]

    def article(self, number: int, words: int = 600) -> Article:
        """Languages take turns; articles are half an hour apart, of twelve publishers."""
        lang = LANGUAGES[number % len(LANGUAGES)]
        published = START + timedelta(minutes=30 * number)
        return Article(
            id=f"prose-{number}",
            title=self.title(lang),
            text="\n\n".join(self.paragraphs(lang, words)),
            published=published,
            first_seen=published,
            language=lang,
            outlet=f"Outlet {number % 12}",
            publisher=f"publisher-{number % 12}",
        )


def _order(lang: str) -> Sequence[str]:
    return ("when", "who", "where", "what", "did") if lang in ("az", "tr") else ("when", "who", "did", "what", "where")


def _watched(ruleset: RuleSet, lang: str) -> list[str]:
    words = (word for term in ruleset.terms.values() for word in (*term.words.get(lang, ()), *term.words.get(ANY, ())))
    return sorted({plain for word in words if (plain := plain_word(word))})
