"""Claim against baseline: new, follow-up or known, with the fact it was held against and the reason.

Identity of an event is step + date + names, as in the first-story detection of the TDT studies
(Allan et al., 1998), but held against structured facts instead of whole texts: two reports of one
step whose dates agree are one event however they are worded; an undated report is the event of
that step still in memory, unless who and where differ; another step is another event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.core import relevant
from monitor.core.amounts import judge_amount
from monitor.core.apart import differ, elsewhere, plain, share_nobody, shared_names
from monitor.core.bursts import judge_volume
from monitor.core.figures import figure_words, same_figure
from monitor.core.model import (
    Article,
    Assertion,
    Attribution,
    Claim,
    DateSpan,
    Fact,
    Figure,
    RuleKind,
    VerdictKind,
    Zone,
)
from monitor.core.opinion import NOT_ASSERTED, Opinion, echo, event_key, step_title
from monitor.core.relevant import Coverage
from monitor.core.rules import Rule
from monitor.core.spans import claim_date, day_of, fact_date, fact_time

# An undated report this alike (Jaccard of content lemmas of title and lead) tells of the same event
# when names are of no help (`python -m benchmarks.judgement --sweep LIKE`).
LIKE = 0.2
# A name in this many events of one step, of those about this time, is that of a president, not of one who was arrested.
COMMON = 3
WORDS = 90  # of a known fact in a reason, in characters
TELLING_DIGITS = 4  # 1,205,000 rials are the record of one day; 300 people are of many events
EXACT = 1e-4  # of a figure that is told as exactly as this
NEXT_DAY = 1  # so close, two reports of a step are of one event even if nothing else says so


def opine(
    claim: Claim, rule: Rule, facts: Iterable[Fact], article: Article, coverage: Coverage | None = None
) -> Opinion:
    """Hold one claim against what is known for its rule.

    Of `facts` only those count that answer `relevant.question`: more of them change nothing. Volume
    rules are held against `coverage` instead; without it, it is counted from `facts`.
    """
    if rule.volume is not None and rule.kind is RuleKind.VOLUME:
        window = relevant.window(rule, rule.volume, article.published)
        return judge_volume(claim, rule.volume, coverage or relevant.count(window, facts), article)
    by_kind = {RuleKind.EVENT: _event, RuleKind.STATE: _state, RuleKind.QUANTITY: judge_amount}
    known = relevant.select(relevant.question(rule, (claim,)), facts)
    return by_kind[relevant.judged_as(claim, rule)](claim, rule, known, article)


# --- events ----------------------------------------------------------------------------------


def _event(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> Opinion:
    step = step_title(rule, claim.step)
    same = _same_event(claim, rule, facts, article)
    if same:
        fact, why = same
        return Opinion(echo(fact, article), claim, f"{step}: {why}", fact, fact.event)
    if claim.background:
        return Opinion(VerdictKind.KNOWN, claim, f"{step}: {claim.why}", event=event_key(claim, article))
    if claim.assertion in NOT_ASSERTED:
        return Opinion(VerdictKind.KNOWN, claim, f"{step}: {NOT_ASSERTED[claim.assertion]}")
    nearest = _nearest(claim, facts)
    return Opinion(
        VerdictKind.NEW,
        claim,
        f"{step}: none is known for {claim_date(claim)}; {_last_known(nearest, claim, rule)}",
        nearest,
        event_key(claim, article),
        current=step,
    )


def _same_event(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> tuple[Fact, str] | None:
    """The known event that this claim tells again, the closest in time first."""
    if claim.when is None:
        return None
    candidates = [fact for fact in facts if fact.step == claim.step and fact.when]
    common = common_names(candidates)
    candidates = [fact for fact in candidates if not differ(claim, fact, rule)]
    for fact in sorted(candidates, key=lambda fact: (_gap(claim.when, fact), -fact.recorded.timestamp())):
        gap = _gap(claim.when, fact)
        if why := _sameness(claim, fact, gap, rule, article.language, common):
            return fact, why
    return None


def common_names(facts: Sequence[Fact]) -> frozenset[str]:
    """Names that stand in so many events of a step that they tell none from another."""
    events: dict[str, set[str]] = {}
    for fact in facts:
        for name in plain(fact.names):
            events.setdefault(name, set()).add(fact.event)
    return frozenset(name for name, named_in in events.items() if len(named_in) >= COMMON)


def _sameness(claim: Claim, fact: Fact, gap: int, rule: Rule, language: str, common: frozenset[str]) -> str:
    """Why claim and fact are one event; empty when they are not."""
    if (_is_side_step(fact) and gap) or elsewhere(claim, fact, gap, rule, common):
        return ""
    if rule.same_event.by_name and told_apart(claim, fact, rule, language, common):
        return ""
    if claim.dated and fact.dated:
        near = "dated" if gap == 0 else f"dated {gap} day{'s' if gap > 1 else ''} from"
        if gap <= rule.same_event.days:
            return f"known already, {near} {fact_date(fact)}"
        return _planned_and_decided(claim, fact, rule, common)
    if gap > (rule.same_event.days + 1 if claim.dated else rule.same_event.memory.days):
        return _planned_and_decided(claim, fact, rule, common)
    if claim.recalls and not claim.dated:
        return f"it speaks, without a day, of what happened before; known is the report of {fact_date(fact)}"
    if why := in_common(claim, fact, rule, common):
        return f"no two exact dates, but {why}"
    if gap <= min(NEXT_DAY, rule.same_event.days) and not told_apart(claim, fact, rule, language, common):
        return f"no two exact dates, and only {gap} day{'s' if gap != 1 else ''} from the report of {fact_date(fact)}"
    return ""


def in_common(claim: Claim, fact: Fact, rule: Rule, common: frozenset[str]) -> str:
    """What two reports share that no two events do: names, a figure, their words."""
    if shared := shared_names(claim, fact, rule, common):
        spelt = dict(claim.spelt)
        named = ", ".join(spelt.get(name, name) for name in sorted(shared)[:3])
        return f"it names {named} as the report of {fact_date(fact)} did"
    if figure := _shared_figure(claim, fact):
        return f"it gives {figure_words(figure)} as the report of {fact_date(fact)} did"
    likeness = _jaccard(claim.signature, fact.signature)
    if likeness >= LIKE:
        return f"it is worded like the report of {fact_date(fact)} ({likeness:.2f})"
    return ""


def _shared_figure(claim: Claim, fact: Fact) -> Figure | None:
    """A figure that both give, with so many digits that no other event is likely to have it."""
    known = [figure for figure in fact.figures if _digits(figure) >= TELLING_DIGITS]
    return next((one for one in claim.figures for other in known if same_figure(one, other, EXACT)), None)


def _digits(figure: Figure) -> int:
    return len(f"{figure.value:.12g}".replace(".", "").strip("0"))


def _is_side_step(fact: Fact) -> bool:
    """Was it learned beside the news of its article? Then it tells of that day and of no other."""
    return fact.source.startswith("article:") and not fact.event.startswith(f"{fact.step}-")


def told_apart(claim: Claim, fact: Fact, rule: Rule, language: str, common: frozenset[str]) -> bool:
    """Two reports that share neither a name nor, in one language, their words."""
    in_front = bool(claim.evidence) and claim.evidence[0].zone is not Zone.BODY
    if not in_front or not plain(claim.names) or not plain(fact.names):
        return False
    if shared_names(claim, fact, rule, common):
        return False
    if fact.language != language:  # words cannot be compared
        return rule.same_event.by_name and share_nobody(claim, fact)
    return _jaccard(claim.signature, fact.signature) < LIKE


def _planned_and_decided(claim: Claim, fact: Fact, rule: Rule, common: frozenset[str]) -> str:
    """Of one announcement, one report may give the day of which it speaks and another the day on which it was made."""
    assert claim.when is not None
    assert fact.when is not None
    days_between = abs((claim.told - fact.recorded.date()).days) if claim.told else relevant.JUST_TOLD.days + 1
    planned = claim.told is not None and claim.when.first > claim.told
    was_planned = fact.when.first > fact.recorded.date()
    if planned == was_planned or days_between > relevant.JUST_TOLD.days:
        return ""
    if shared_names(claim, fact, rule, common) or _jaccard(claim.signature, fact.signature) >= LIKE:
        return f"one report dates the plan, one the decision; told within days of {fact_date(fact)} all the same"
    return ""


def _gap(when: DateSpan | None, fact: Fact) -> int:
    assert when is not None
    assert fact.when is not None
    return when.distance(fact.when)


def _nearest(claim: Claim, facts: Sequence[Fact]) -> Fact | None:
    """The fact that came closest, for the reader of the alert."""
    dated = [fact for fact in facts if fact.when and claim.when]
    same_step = [fact for fact in dated if fact.step == claim.step] or dated
    return min(same_step, key=lambda fact: _gap(claim.when, fact), default=None)


def _last_known(fact: Fact | None, claim: Claim, rule: Rule) -> str:
    if fact is None:
        return "nothing is known on this rule yet"
    words = fact.words if len(fact.words) <= WORDS else fact.words[:WORDS].rsplit(" ", 1)[0] + " …"
    which = (
        "the nearest known" if fact.step == claim.step else f"the nearest known step ({step_title(rule, fact.step)})"
    )
    return f"{which} is of {fact_date(fact)}: “{words}”"


# --- states ----------------------------------------------------------------------------------


def _state(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> Opinion:
    states = {step.id for step in rule.steps if not step.event}
    current = max((fact for fact in facts if fact.step in states), key=fact_time, default=None)
    now_in = current.step if current else rule.initial
    before, after = step_title(rule, now_in), step_title(rule, claim.step)
    known = VerdictKind.KNOWN
    if claim.background:
        return Opinion(known, claim, f"{after}: {claim.why}", current, current.event if current else "")
    if claim.assertion is Assertion.DENIED and not rule.denied:
        contested = current if claim.step == now_in else None
        return Opinion(known, claim, f"{after}: denied", contested, contested.event if contested else "")
    step = _believed(claim, rule)
    if not step:  # a plan, and the rule has no state for it
        return Opinion(known, claim, f"{after}: {NOT_ASSERTED.get(claim.assertion, 'not done')}", current)
    if step != claim.step:
        after = step_title(rule, step)
    if step == now_in:
        kind = echo(current, article) if current else known
        return Opinion(
            kind, claim, f"{before} is the state already", current, current.event if current else "", step=step
        )
    if current and claim.dated and claim.when and claim.when.last < day_of(current):
        return Opinion(known, claim, f"{after} is older than the present state, {before}", current, current.event)
    if step == rule.considered and rule.steps and now_in == rule.steps[0].id:
        return Opinion(known, claim, f"{before} stands; that {after} comes up again changes nothing", current)
    return Opinion(
        VerdictKind.NEW,
        claim,
        f"state changes from {before}" + (f" (known since {fact_date(current)})" if current else "") + f" to {after}",
        current,
        event_key(claim, article, step),
        before,
        after,
        step,
    )


def _believed(claim: Claim, rule: Rule) -> str:
    """The state that a claim makes us believe: on an unnamed source's word alone, no more than considered."""
    hearsay = claim.attribution is Attribution.UNNAMED and claim.assertion is Assertion.REPORTED
    if hearsay and rule.considered and claim.step != rule.denied:
        return rule.considered
    return claim.step


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0
