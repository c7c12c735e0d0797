"""Figures against baseline: a new package, a new total, or a sum that is known."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.core.figures import figure_words, same_figure
from monitor.core.model import Article, Claim, Fact, Figure, VerdictKind
from monitor.core.opinion import NOT_ASSERTED, Opinion, echo, event_key
from monitor.core.relevant import JUST_TOLD, is_currency, is_watched
from monitor.core.rules import Rule
from monitor.core.spans import day_of, fact_date


def judge_amount(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> Opinion:
    watched = [figure for figure in claim.figures if is_watched(figure, rule)]
    if not watched:
        return Opinion(VerdictKind.KNOWN, claim, "it names no figure that the rule watches")
    known = [(fact, figure) for fact in facts for figure in fact.figures]
    unknown: list[Figure] = []
    held: list[Fact] = []
    for figure in watched:
        match = next((fact for fact, other in reversed(known) if same_figure(figure, other)), None)
        if match is None:
            unknown.append(figure)
        else:
            held.append(match)
    held_texts = {figure.text for figure in watched if figure not in unknown}
    unknown = [figure for figure in unknown if figure.text not in held_texts]
    packages = not any(figure.total for figure in watched)
    if unknown and packages and (other := _in_other_currency(unknown, facts, article)):
        first = next(figure for figure in other.figures if is_currency(figure.unit) and not figure.total)
        words = f"{figure_words(unknown[0])}: told within days of {figure_words(first)}, in another currency"
        return Opinion(echo(other, article), claim, words, other, other.event)
    if not unknown and claim.again and packages and all(_long_ago(fact, rule, article) for fact in held):
        unknown = watched
    if not unknown:
        fact = held[0]
        return Opinion(
            echo(fact, article), claim, f"{figure_words(watched[0])}: this figure is known", fact, fact.event
        )
    figure = max(unknown, key=lambda figure: figure.value)
    if claim.background:
        return Opinion(
            VerdictKind.KNOWN, claim, f"{figure_words(figure)}: {claim.why}", event=event_key(claim, article)
        )
    if claim.assertion in NOT_ASSERTED:
        return Opinion(VerdictKind.KNOWN, claim, f"{figure_words(figure)}: {NOT_ASSERTED[claim.assertion]}")
    last = _last_figure(facts, figure)
    sort = "total" if figure.total else "package"
    return Opinion(
        VerdictKind.NEW,
        claim,
        f"{figure_words(figure)}: no such {sort} is known"
        + (f"; the last known is of {fact_date(last[0])}" if last else ""),
        last[0] if last else None,
        event_key(claim, article, sort),
        figure_words(last[1]) if last else "",
        figure_words(figure),
    )


def _in_other_currency(figures: Sequence[Figure], facts: Sequence[Fact], article: Article) -> Fact | None:
    """The package told lately whose sum was given in other currencies only: who converts a sum tells no other one."""
    units = {figure.unit for figure in figures}
    if not all(is_currency(unit) for unit in units):
        return None
    lately = {
        fact: {figure.unit for figure in fact.figures if is_currency(figure.unit) and not figure.total}
        for fact in facts
        if fact.source.startswith("article:") and article.published - fact.recorded < JUST_TOLD
    }
    if any(told & units for told in lately.values()):
        return None
    return next((fact for fact in reversed(lately) if lately[fact]), None)


def _long_ago(fact: Fact, rule: Rule, article: Article) -> bool:
    """So old that the same figure, said to be another, is another."""
    return article.published.date() - day_of(fact) > rule.same_event.memory


def _last_figure(facts: Sequence[Fact], like: Figure) -> tuple[Fact, Figure] | None:
    for fact in reversed(facts):
        for figure in fact.figures:
            if figure.unit == like.unit and figure.total == like.total:
                return fact, figure
    return None
