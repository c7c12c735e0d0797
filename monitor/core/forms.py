"""Which forms of a term's words stand in articles, and how often: what an analyst cannot foresee."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.core import language
from monitor.core.judge import Judge
from monitor.core.model import Article
from monitor.core.render import count
from monitor.core.rules import RuleSet, Term, is_pattern
from monitor.core.terms import ANY, Element, parse_word
from monitor.core.text import normal_forms, read, tokenise

# (language under which a word is listed, the word) → language of the text → form as found, folded → how often
Forms = Mapping[tuple[str, str], Mapping[str, Counter[str]]]


def forms_seen(articles: Iterable[Article], terms: Mapping[str, Term]) -> tuple[Mapping[str, Forms], int]:
    """By term, every form of its words that is found in the articles as rules would find it, and how many articles
    there were."""
    judge = Judge(RuleSet((), terms))
    seen: dict[str, dict[tuple[str, str], dict[str, Counter[str]]]] = {name: {} for name in terms}
    number = 0
    for article in articles:
        number += 1
        document = judge.document(article)
        lang = document.language if document.language in language.LANGUAGES else "en"
        hits = (found for by_term in judge.matcher.scan(document).hits.values() for found in by_term.values())
        for hit in (hit for found in hits for hit in dict.fromkeys(found)):
            text = document.text if hit.sentence else document.title
            form = language.fold(" ".join(text[hit.start : hit.end].split()), lang)
            listed = terms[hit.term].words.get(lang, ())
            of_word = seen[hit.term].setdefault((lang if hit.word in listed else ANY, hit.word), {})
            of_word.setdefault(lang, Counter())[form] += 1
    return seen, number


@dataclass(frozen=True, slots=True)
class Trial:
    """A word tried against a term in texts of one language: `by` is the listed word that finds it, empty where none
    does; `why` says by which key, or under which keys it would have been found."""

    word: str
    language: str
    by: str
    why: str


def tried(word: str, term: Term) -> Iterator[Trial]:
    """A word or phrase against a term, in each language for which the term has words."""
    matcher = Judge(RuleSet((), {term.name: term})).matcher
    listed = [lang for lang in term.words if lang != ANY]
    for lang in listed or language.LANGUAGES:
        hits = matcher.scan(read(word, "", lang)).hits.get(0, {}).get(term.name, ())
        if hits:
            yield Trial(word, lang, hits[0].word, _why(word, hits[0].word, lang))
        else:
            known = "; ".join(" or ".join(sorted(normal_forms(token.text, lang)[1])) for token in tokenise(word))
            yield Trial(word, lang, "", f"its keys are {known}")


def _why(word: str, by: str, lang: str) -> str:
    if is_pattern(by):
        return "what the pattern finds"
    elements = parse_word("", by, lang).elements
    tokens = tokenise(word)
    if len(elements) != len(tokens):
        return "within what is tried"
    return "; ".join(_key(token.text, element, lang) for token, element in zip(tokens, elements, strict=True))


def _key(word: str, element: Element, lang: str) -> str:
    if element.form:
        return f"exactly {element.literal or element.form}"
    if element.prefix:
        return f"it begins with {element.prefix}"
    shared = element.keys & normal_forms(word, lang)[1]
    if not shared:
        return f"{language.fold(word, lang)} is a form of this verb"
    key = min(
        shared,
        key=lambda key: (key != language.fold(word, lang), key != language.lemma(word, lang), key),
    )
    return f"key {key}, {language.origin(word, key, lang)}"


def stands_for(term: Term, word: str, lang: str) -> str:
    """A word of the term, as listed under a language, in words."""
    if is_pattern(word):
        return "what this pattern finds in a sentence"
    return " ".join(_in_words(e) for e in parse_word(term.name, word, "en" if lang == ANY else lang).elements)


def _in_words(element: Element) -> str:
    gap = f"… at most {count(element.gap, 'word')} … " if element.gap else ""
    if element.literal:
        return f"{gap}exactly {element.literal}"
    if element.form:
        return f"{gap}only {element.form}"
    if element.prefix:
        return f"{gap}{element.prefix}…"
    return f"{gap}any form of {'/'.join(sorted(element.keys))}"
