"""Claim against baseline: new, follow-up or known, with the fact it was held against and the reason.

Identity of an event is step + date + names, as in the first-story detection of the TDT studies
(Allan et al., 1998), but held against structured facts instead of whole texts: two reports of one
step whose dates agree are one event however they are worded; an undated report is the event of
that step still in memory, unless who and where differ; another step is another event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.core import relevant
from monitor.core.figures import same_figure
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
from monitor.core.relevant import BURST, Coverage, is_watched
from monitor.core.rules import Rule, VolumeSpec

# An undated report this alike (Jaccard of content lemmas of title and lead) tells of the same event
# when names are of no help (`python -m benchmarks.judgement --sweep LIKE`).
LIKE = 0.2
# A name in this many events of one step, of those about this time, is that of a president, not of one who was arrested.
COMMON = 3
WORDS = 90  # of a known fact in a reason, in characters
NEXT_DAY = 1  # so close, two reports of a step are of one event even if nothing else says so
# What an article only weighs, supposes or denies is no event.
NOT_ASSERTED = {
    Assertion.CONSIDERED: "it is only considered",
    Assertion.CONDITIONAL: "it depends on a condition",
    Assertion.DENIED: "it is denied",
    Assertion.RETROSPECTIVE: "it is told as background",
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one claim amounts to. `fact` is what it was held against; `event` names the event it belongs to."""

    kind: VerdictKind
    claim: Claim
    reason: str
    fact: Fact | None = None
    event: str = ""
    previous: str = ""
    current: str = ""
    step: str = ""  # the step or state that we believe, where it is not the claim's own


def opine(
    claim: Claim, rule: Rule, facts: Iterable[Fact], article: Article, coverage: Coverage | None = None
) -> Opinion:
    """Hold one claim against what is known for its rule.

    Of `facts` only those count that answer `relevant.question`: more of them change nothing. Volume
    rules are held against `coverage` instead; without it, it is counted from `facts`.
    """
    if rule.volume is not None and rule.kind is RuleKind.VOLUME:
        window = relevant.window(rule, rule.volume, article.published)
        return _volume(claim, rule.volume, coverage or relevant.count(window, facts), article)
    by_kind = {RuleKind.EVENT: _event, RuleKind.STATE: _state, RuleKind.QUANTITY: _quantity}
    known = relevant.select(relevant.question(rule, (claim,)), facts)
    return by_kind[relevant.judged_as(claim, rule)](claim, rule, known, article)


# --- events ----------------------------------------------------------------------------------


def _event(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> Opinion:
    step = _step_title(rule, claim.step)
    same = _same_event(claim, rule, facts, article)
    if same:
        fact, why = same
        return Opinion(_echo(fact, article), claim, f"{step}: {why}", fact, fact.event)
    if claim.background:
        return Opinion(VerdictKind.KNOWN, claim, f"{step}: {claim.why}", event=_event_key(claim, article))
    if claim.assertion in NOT_ASSERTED:
        return Opinion(VerdictKind.KNOWN, claim, f"{step}: {NOT_ASSERTED[claim.assertion]}")
    nearest = _nearest(claim, facts)
    return Opinion(
        VerdictKind.NEW,
        claim,
        f"{step}: none is known for {_date_words(claim)}; {_last_known(nearest, claim, rule)}",
        nearest,
        _event_key(claim, article),
        current=step,
    )


def _same_event(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> tuple[Fact, str] | None:
    """The known event that this claim tells again, the closest in time first."""
    if claim.when is None:
        return None
    candidates = [fact for fact in facts if fact.step == claim.step and fact.when]
    common = _common_names(candidates)
    for fact in sorted(candidates, key=lambda fact: (_gap(claim.when, fact), -fact.recorded.timestamp())):
        gap = _gap(claim.when, fact)
        if why := _sameness(claim, fact, gap, rule, article.language, common):
            return fact, why
    return None


def _common_names(facts: Sequence[Fact]) -> frozenset[str]:
    """Names that stand in so many events of a step that they tell none from another."""
    events: dict[str, set[str]] = {}
    for fact in facts:
        for name in fact.names:
            events.setdefault(name, set()).add(fact.event)
    return frozenset(name for name, named_in in events.items() if len(named_in) >= COMMON)


def _sameness(claim: Claim, fact: Fact, gap: int, rule: Rule, language: str, common: frozenset[str]) -> str:
    """Why claim and fact are one event; empty when they are not."""
    if claim.dated and fact.dated:
        near = "dated" if gap == 0 else f"dated {gap} day{'s' if gap > 1 else ''} from"
        if gap <= rule.same_event.days:
            return f"known already, {near} {_fact_date(fact)}"
        return _planned_and_decided(claim, fact, common)
    if gap > (rule.same_event.days + 1 if claim.dated else rule.same_event.memory.days):
        return _planned_and_decided(claim, fact, common)
    shared = (claim.names & fact.names) - common
    if shared:
        named = ", ".join(sorted(shared)[:3])
        return f"no two exact dates, but it names {named} as the report of {_fact_date(fact)} did"
    likeness = _jaccard(claim.signature, fact.signature)
    if likeness >= LIKE:
        return f"no two exact dates, but it is worded like the report of {_fact_date(fact)} ({likeness:.2f})"
    in_front = bool(claim.evidence) and claim.evidence[0].zone is not Zone.BODY
    told_apart = in_front and fact.language == language and claim.names and fact.names
    if gap <= min(NEXT_DAY, rule.same_event.days) and not told_apart:
        return f"no two exact dates, and only {gap} days from the report of {_fact_date(fact)}"
    return ""


def _planned_and_decided(claim: Claim, fact: Fact, common: frozenset[str]) -> str:
    """Of one announcement, one report may give the day of which it speaks and another the day on which it was made."""
    assert claim.when is not None
    assert fact.when is not None
    days_between = abs((claim.told - fact.recorded.date()).days) if claim.told else relevant.JUST_TOLD.days + 1
    planned = claim.told is not None and claim.when.first > claim.told
    was_planned = fact.when.first > fact.recorded.date()
    if planned == was_planned or days_between > relevant.JUST_TOLD.days:
        return ""
    shared = (claim.names & fact.names) - common
    if shared or _jaccard(claim.signature, fact.signature) >= LIKE:
        return f"one report dates the plan, one the decision; told within days of {_fact_date(fact)} all the same"
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
        "the nearest known" if fact.step == claim.step else f"the nearest known step ({_step_title(rule, fact.step)})"
    )
    return f"{which} is of {_fact_date(fact)}: “{words}”"


# --- states ----------------------------------------------------------------------------------


def _state(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> Opinion:
    states = {step.id for step in rule.steps if not step.event}
    current = max((fact for fact in facts if fact.step in states), key=_fact_time, default=None)
    now_in = current.step if current else rule.initial
    before, after = _step_title(rule, now_in), _step_title(rule, claim.step)
    known = VerdictKind.KNOWN
    if claim.background:
        return Opinion(known, claim, f"{after}: {claim.why}", current, current.event if current else "")
    step = _believed(claim, rule)
    if not step:
        return Opinion(known, claim, f"{after}: only a denial, which is no state of this rule", current)
    if step != claim.step:
        after = _step_title(rule, step)
    if step == now_in:
        kind = _echo(current, article) if current else known
        return Opinion(kind, claim, f"already {before}", current, current.event if current else "", step=step)
    if current and claim.dated and claim.when and claim.when.last < _day(current):
        return Opinion(known, claim, f"{after} is older than the present state, {before}", current, current.event)
    if step == rule.considered and rule.steps and now_in == rule.steps[0].id:
        return Opinion(known, claim, f"{before} stands; that {after} comes up again changes nothing", current)
    return Opinion(
        VerdictKind.NEW,
        claim,
        f"state changes from {before}" + (f" (known since {_fact_date(current)})" if current else "") + f" to {after}",
        current,
        _event_key(claim, article, step),
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


# --- figures ---------------------------------------------------------------------------------


def _quantity(claim: Claim, rule: Rule, facts: Sequence[Fact], article: Article) -> Opinion:
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
    packages = not any(figure.total for figure in watched)
    if not unknown and claim.again and packages and all(_long_ago(fact, rule, article) for fact in held):
        unknown = watched
    if not unknown:
        fact = held[0]
        return Opinion(_echo(fact, article), claim, f"{watched[0].text}: this figure is known", fact, fact.event)
    figure = max(unknown, key=lambda figure: figure.value)
    if claim.background:
        return Opinion(VerdictKind.KNOWN, claim, f"{figure.text}: {claim.why}", event=_event_key(claim, article))
    if claim.assertion in NOT_ASSERTED:
        return Opinion(VerdictKind.KNOWN, claim, f"{figure.text}: {NOT_ASSERTED[claim.assertion]}")
    last = _last_figure(facts, figure)
    sort = "total" if figure.total else "package"
    return Opinion(
        VerdictKind.NEW,
        claim,
        f"{figure.text}: no such {sort} is known" + (f"; the last known is of {_fact_date(last[0])}" if last else ""),
        last[0] if last else None,
        _event_key(claim, article, sort),
        last[1].text or f"{last[1].value:g} {last[1].unit}" if last else "",
        figure.text,
    )


def _long_ago(fact: Fact, rule: Rule, article: Article) -> bool:
    """So old that the same figure, said to be another, is another."""
    return article.published.date() - _day(fact) > rule.same_event.memory


def _last_figure(facts: Sequence[Fact], like: Figure) -> tuple[Fact, Figure] | None:
    for fact in reversed(facts):
        for figure in fact.figures:
            if figure.unit == like.unit and figure.total == like.total:
                return fact, figure
    return None


# --- volume ----------------------------------------------------------------------------------


def _volume(claim: Claim, spec: VolumeSpec, coverage: Coverage, article: Article) -> Opinion:
    count = coverage.recent + 1
    families = coverage.publishers | {article.publisher or article.outlet}
    usual = _usual(coverage, article.published - spec.window, spec.window)
    words = f"{count} articles of {len(families)} publishers in {_hours(spec.window)}, usually {usual:.1f}"
    if burst := coverage.burst:
        return Opinion(VerdictKind.FOLLOWUP, claim, f"{words}: the burst is known", burst, burst.event)
    if count < spec.least or len(families) < spec.publishers or count < spec.factor * usual:
        return Opinion(VerdictKind.KNOWN, claim, f"{words}: no burst", None, "")
    return Opinion(
        VerdictKind.NEW, claim, f"{words}: a burst", None, _event_key(claim, article, BURST), f"{usual:.1f}", str(count)
    )


def _usual(coverage: Coverage, since: datetime, window: timedelta) -> float:
    """Articles per window before this one, over the time that we know of (at most `relevant.WINDOWS`)."""
    if coverage.first is None:
        return 0.0
    return coverage.before / max(1.0, (since - coverage.first) / window)


def _hours(window: timedelta) -> str:
    return f"{window.total_seconds() / 3600:g} h"


# --- common ----------------------------------------------------------------------------------


def _echo(fact: Fact | None, article: Article) -> VerdictKind:
    """A retelling of what was learned from an article is a follow-up, of the seeds' facts is known."""
    if fact and fact.source.startswith("article:") and article.published - fact.recorded < timedelta(days=14):
        return VerdictKind.FOLLOWUP
    return VerdictKind.KNOWN


def _event_key(claim: Claim, article: Article, step: str = "") -> str:
    """Names an event for good: its step, its day, and a mark of the article that told it first."""
    day = claim.when.first if claim.when else article.published.date()
    mark = hashlib.sha256(article.id.encode()).hexdigest()[:6]
    return "-".join(part for part in (step or claim.step, day.isoformat(), mark) if part)


def _step_title(rule: Rule, step_id: str) -> str:
    step = next((step for step in rule.steps if step.id == step_id), None)
    return (step.title if step and step.title else step_id.replace("_", " ")) or rule.title


def _date_words(claim: Claim) -> str:
    if claim.when is None:
        return "no date"
    first, last = claim.when.first.isoformat(), claim.when.last.isoformat()
    days = first if first == last else f"{first} – {last}"
    return days if claim.dated else f"{days} (taken from the time of publication)"


def _fact_date(fact: Fact) -> str:
    if fact.when is None:
        return fact.recorded.date().isoformat()
    first, last = fact.when.first.isoformat(), fact.when.last.isoformat()
    return first if first == last else f"{first} – {last}"


def _fact_time(fact: Fact) -> tuple[date, datetime, str]:
    return _day(fact), fact.recorded, fact.key


def _day(fact: Fact) -> date:
    return fact.when.first if fact.when else fact.recorded.date()


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0
