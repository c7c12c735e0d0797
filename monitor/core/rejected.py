"""What becomes of the baseline when people reject an alert: what it taught is put aside, and is known to be rejected.

A fact that is put aside belongs to no rule any more but to the shelf of its rule. There it has no say on what is
known: the state before is the state again, the figure before the last figure, and no event is held to be one that
never was. It answers for its own story only: who tells that again tells nothing new, and adds to the shelf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.core.amounts import judge_amount
from monitor.core.apart import differ, elsewhere
from monitor.core.model import Article, Claim, Fact, RuleKind, VerdictKind
from monitor.core.novelty import common_names, in_common, told_apart
from monitor.core.opinion import Opinion
from monitor.core.relevant import Question, judged_as, question, select
from monitor.core.responses import Fault
from monitor.core.rules import Rule
from monitor.core.spans import day_of, fact_date

_SHELF = "rejected:"  # no rule has a colon in its id


def shelf(rule: str) -> str:
    """The name under which facts of a rule are put aside."""
    return _SHELF + rule


def is_aside(fact: Fact | None) -> bool:
    return fact is not None and fact.rule.startswith(_SHELF)


def corrects(kind: RuleKind, fault: Fault, update: bool = False) -> bool:
    """Is what an alert of such a rule taught put aside when it is rejected so? `update`: one that is rejected alone.

    A burst of coverage was one, whatever people think of it, and what is left of it keeps it from alerting again. Of
    a state or a figure “not new” says that it holds and did so before. An event that is not new was at another time
    than the report made us believe; but an update that is not new is true.
    """
    if kind is RuleKind.VOLUME:
        return False
    return fault is not Fault.NOT_NEW or (kind is RuleKind.EVENT and not update)


def asked_aside(rule: Rule, opinions: Iterable[Opinion]) -> Question | None:
    """What is asked of the shelf; None where nothing has to be."""
    news = [opinion.claim for opinion in opinions if opinion.kind is VerdictKind.NEW]
    return _question(rule, news) if news else None


def _question(rule: Rule, claims: Iterable[Claim]) -> Question:
    return replace(question(rule, claims), rule=shelf(rule.id))


def with_rejection(
    opinion: Opinion, rule: Rule, facts: Sequence[Fact], aside: Sequence[Fact], article: Article
) -> Opinion:
    """The opinion as a follow-up, if its news is a story that people rejected.

    Of `facts` only those count that answer what the claim asks, of `aside` those that answer what it asks of the
    shelf: more of them change nothing.
    """
    if opinion.kind is not VerdictKind.NEW or not (aside := select(_question(rule, (opinion.claim,)), aside)):
        return opinion
    facts = select(question(rule, (opinion.claim,)), facts)
    if judged_as(opinion.claim, rule) is RuleKind.QUANTITY:
        told = _told_figure(opinion.claim, rule, facts, aside, article)
    else:
        told = _told_story(opinion.claim, opinion.step or opinion.claim.step, rule, facts, aside, article)
    if told is None:
        return opinion
    fact, why = told
    reason = f"{opinion.reason}; but people rejected this story, as told on {fact_date(fact)}: {why}"
    return replace(
        opinion, kind=VerdictKind.FOLLOWUP, reason=reason, fact=fact, event=fact.event, previous="", current=""
    )


def _told_figure(
    claim: Claim, rule: Rule, facts: Sequence[Fact], aside: Sequence[Fact], article: Article
) -> tuple[Fact, str] | None:
    """The rejected fact with all of the claim's news. After the rule's memory the same figure is another one."""
    lately = [fact for fact in aside if article.published.date() - day_of(fact) <= rule.same_event.memory]
    held = judge_amount(claim, rule, (*facts, *lately), article)
    if held.kind is VerdictKind.NEW or held.fact is None or not is_aside(held.fact):
        return None
    return held.fact, held.reason


def _told_story(
    claim: Claim, step: str, rule: Rule, facts: Sequence[Fact], aside: Sequence[Fact], article: Article
) -> tuple[Fact, str] | None:
    candidates = [fact for fact in aside if fact.step == step and fact.when]
    common = common_names([fact for fact in (*facts, *candidates) if fact.step == step])
    for fact in reversed(candidates):
        of_story = [other for other in candidates if other.event == fact.event]
        if _is_later(claim, of_story) or differ(claim, fact, rule):
            continue
        if why := _same_story(claim, fact, rule, article.language, common):
            return fact, why
    return None


def _is_later(claim: Claim, story: Iterable[Fact]) -> bool:
    """Does it give a day of its own after the story began? Then it tells of something else, however alike."""
    first = min(fact.when.last for fact in story if fact.when)
    return claim.dated and claim.when is not None and claim.when.first > first


def _same_story(claim: Claim, fact: Fact, rule: Rule, language: str, common: frozenset[str]) -> str:
    """Why claim and rejected fact are one story; empty when they are not. Nearness alone, as for what is known, is
    not enough: of the same day it has to be, or alike."""
    if claim.when is None or fact.when is None:
        return ""
    gap, same = claim.when.distance(fact.when), rule.same_event
    if gap > (same.days if claim.dated and fact.dated else same.memory.days):
        return ""
    if elsewhere(claim, fact, gap, rule, common):
        return ""
    if why := in_common(claim, fact, rule, common):
        return why
    return "of the same day" if not gap and not told_apart(claim, fact, rule, language, common) else ""
