"""Matching and judging against the least that a matcher has to do.

The floor is one pass of our tokeniser plus one pass of an Aho–Corasick automaton over the same
texts, looking for the same words: it finds substrings of exact forms and judges nothing. Ours is
the whole of `judge_article` on a ledger in memory: language, sentences, inflected words, rules,
claims, novelty, near copies, policy. Articles have 600 words, in five languages by turns.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import ahocorasick_rs

from benchmarks._measure import emit, options, progress, turn_about
from benchmarks._prose import LANGUAGES, PHRASES, Prose, plain_word
from monitor.core.judge import Judge
from monitor.core.model import Article, RuleKind
from monitor.core.rules import Condition, Rule, RuleSet, Step, Term
from monitor.core.text import tokenise
from monitor.judging import Desk, judge_article
from monitor.memory import MemoryLedger
from monitor.watchlists import load, load_seeds

ROOT = Path(__file__).resolve().parent.parent
PER_RULE = 10  # terms


def generated(rules: int) -> RuleSet:
    """Rules of two groups and two steps, ten terms each; a term has one word in each language.

    Twelve terms are words that nearly every article has; of the others, names that occur often,
    seldom or never, a tenth are prefixes and a tenth phrases of two words. No word stands twice.
    """
    random, prose = Random(7), Prose(7)
    common = {lang: _common(lang) for lang in LANGUAGES}
    for words in common.values():
        random.shuffle(words)

    taken: set[str] = set()

    def new_name(lang: str) -> str:
        while (name := prose.name(lang)) in taken:
            pass
        taken.add(name)
        return name

    def word(lang: str, number: int) -> str:
        if number % 100 == 0 and number // 100 < 12:
            return common[lang][number // 100]
        name = new_name(lang)
        if number % 10 == 5:
            return f"{name} {prose.name(lang)}"
        return f"{name}*" if number % 10 == 1 else name

    terms = {
        f"t{number}": Term(f"t{number}", {lang: (word(lang, number),) for lang in LANGUAGES})
        for number in range(rules * PER_RULE)
    }
    names = list(terms)
    made = [_rule(f"rule-{at}", names[at * PER_RULE : (at + 1) * PER_RULE]) for at in range(rules)]
    return RuleSet(tuple(made), terms)


def _common(lang: str) -> list[str]:
    words = " ".join(phrase for part in ("who", "what", "where") for phrase in PHRASES[lang][part]).split()
    return sorted({word for word in words if len(word) > 5 and word.isalpha()})


def _rule(name: str, terms: Sequence[str]) -> Rule:
    return Rule(
        id=name,
        kind=RuleKind.EVENT,
        title=name,
        match=Condition(all=(tuple(terms[:4]), tuple(terms[4:6]))),
        steps=(Step("begun", tuple(terms[6:8])), Step("ended", tuple(terms[8:]))),
    )


class Floor:
    """Tokenise, and look for every word of the rules as it stands."""

    def __init__(self, ruleset: RuleSet):
        words = {
            plain_word(word).casefold()
            for term in ruleset.terms.values()
            for listed in term.words.values()
            for word in listed
        }
        self.automaton = ahocorasick_rs.AhoCorasick(sorted(words - {""}))

    def __call__(self, articles: Sequence[Article]) -> int:
        found = 0
        for article in articles:
            text = f"{article.title}\n{article.text}"
            found += len(tokenise(text)) + len(self.automaton.find_matches_as_indexes(text.casefold()))
        return found


def measure(figure: str, desk: Desk, articles: int, turns: int) -> None:
    ruleset = desk.judge.ruleset
    prose = Prose(11, ruleset)
    # Every turn brings new articles: what is judged twice is a copy.
    batches = ([prose.article(turn * articles + at) for at in range(articles)] for turn in range(turns + 1))
    floor, ledger = Floor(ruleset), fresh_ledger(ruleset)
    progress(f"{figure}: {len(ruleset.rules)} rules, {len(ruleset.terms)} terms")

    def ours(batch: Sequence[Article]) -> None:
        for article in batch:
            judge_article(article, desk, ledger, article.published)

    rates = turn_about(ours, floor, batches)
    emit(figure, rates.ours, "articles/s", "one pass of our tokeniser and one of Aho–Corasick", rates.theirs)


def fresh_ledger(ruleset: RuleSet) -> MemoryLedger:
    """A ledger that knows the shipped seeds, if these are the shipped rules."""
    shipped = any(rule.watchlist for rule in ruleset.rules)
    seeds = load_seeds(ROOT / "seeds", ruleset) if shipped else ()
    return MemoryLedger(fact for seed in seeds for fact in seed.baseline)


def profile(desk: Desk, articles: int) -> None:
    """Where the time goes, on stderr."""
    prose = Prose(11, desk.judge.ruleset)
    made = [prose.article(number) for number in range(2 * articles)]
    ledger = fresh_ledger(desk.judge.ruleset)
    for article in made[:articles]:
        judge_article(article, desk, ledger, article.published)
    profiler = cProfile.Profile()
    profiler.enable()
    for article in made[articles:]:
        judge_article(article, desk, ledger, article.published)
    profiler.disable()
    pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(28)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--profile", action="store_true", help="show on stderr where the time goes, instead of figures")
    chosen = parser.parse_args()
    # With fifteen turns of a few seconds each, a neighbour's burst spoils some, not the median.
    articles, turns = (20, 1) if chosen.quick else (100, 15)
    shipped = load(ROOT / "watchlists").ruleset
    many = generated(30 if chosen.quick else 1000)
    for figure, ruleset in (("match_11_rules_vs_floor", shipped), ("match_1000_rules_vs_floor", many)):
        desk = Desk(Judge(ruleset), {})
        if chosen.profile:
            profile(desk, articles)
        else:
            measure(figure, desk, articles, turns)


if __name__ == "__main__":
    main()
