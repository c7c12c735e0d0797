"""Which forms of a term's words stand in articles, and how often: what an analyst cannot foresee."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from monitor.core import language
from monitor.core.judge import Judge
from monitor.core.model import Article
from monitor.core.rules import RuleSet, Term
from monitor.core.terms import ANY

# (language under which a word is listed, the word) → language of the text → form as found, folded → how often
Forms = Mapping[tuple[str, str], Mapping[str, Counter[str]]]


def forms_seen(articles: Iterable[Article], term: Term) -> tuple[Forms, int]:
    """Every form of the term's words that is found in the articles as rules would find it, and how many articles
    there were."""
    judge = Judge(RuleSet((), {term.name: term}))
    seen: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    number = 0
    for article in articles:
        number += 1
        document = judge.document(article)
        lang = document.language if document.language in language.LANGUAGES else "en"
        listed = term.words.get(lang, ())
        for hits in judge.matcher.scan(document).hits.values():
            for hit in dict.fromkeys(hits[term.name]):
                text = document.text if hit.sentence else document.title
                form = language.fold(" ".join(text[hit.start : hit.end].split()), lang)
                of_word = seen.setdefault((lang if hit.word in listed else ANY, hit.word), {})
                of_word.setdefault(lang, Counter())[form] += 1
    return seen, number
