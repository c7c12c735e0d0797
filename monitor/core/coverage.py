"""Which sources could carry a rule, and whether anybody still hears them.

A source could carry a rule when an article in its language can satisfy it: when every group of words that the rule
asks for has words in that language, or for any. A rule is *blind* when none of these sources is alive. What has not
had its chance yet, a new source or one after a long stop, keeps a rule from being called blind. How `Life` and the
word of `core.health` agree is told there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from monitor.core.alerts import OURSELVES, Alert
from monitor.core.health import heard, patience
from monitor.core.matching import groups_of, steps_of
from monitor.core.model import Fact, PollState, RuleKind, Severity, Source
from monitor.core.ourselves import own_alert
from monitor.core.render import count
from monitor.core.rhythm import words as span_in_words
from monitor.core.routing import NOWHERE, Route, Traits, route
from monitor.core.rules import Condition, Rule, RuleSet, Step, Term
from monitor.core.terms import ANY

OWN_RULE = f"{OURSELVES}coverage"
TRIES = 3  # polls in a row that must have failed: one says little, least of all after a start
_NAMED = 3  # rules in a headline, sources in a sentence


class Life(StrEnum):
    ALIVE = "alive"
    WAITING = "waiting"  # too early to say
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A source with how it is, and why in words."""

    source: Source
    life: Life
    why: str


@dataclass(frozen=True)  # no slots: thousands of sources are counted once, for all rules that share them
class Tongue:
    """One language with the sources in it, alive ones first."""

    language: str
    carriers: tuple[Carrier, ...]

    @cached_property
    def alive(self) -> int:
        return sum(carrier.life is Life.ALIVE for carrier in self.carriers)

    @cached_property
    def life(self) -> Life:
        """That of the liveliest source; dead without any."""
        return _liveliest(carrier.life for carrier in self.carriers)


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """A rule with every language that it has words in or for which there are sources that could carry it."""

    rule: str
    title: str
    tongues: tuple[Tongue, ...]
    on_trial: bool = False

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        return tuple(carrier for tongue in self.tongues for carrier in tongue.carriers)

    @property
    def alive(self) -> int:
        return sum(tongue.alive for tongue in self.tongues)

    @property
    def life(self) -> Life:
        return _liveliest(tongue.life for tongue in self.tongues)

    @property
    def blind(self) -> bool:
        return self.life is Life.DEAD

    @property
    def blind_in(self) -> tuple[str, ...]:
        """Languages that have sources of which none is alive."""
        return tuple(tongue.language for tongue in self.tongues if tongue.carriers and tongue.life is Life.DEAD)

    @property
    def words(self) -> str:
        """How it is, in one sentence."""
        return f"{self._words}; on trial" if self.on_trial else self._words

    @property
    def _words(self) -> str:
        total = sum(len(tongue.carriers) for tongue in self.tongues)
        if not total:
            return f"blind: no source is in a language that it has all its words in ({_languages(self.tongues)})"
        if self.blind:
            causes = "; ".join(f"{carrier.source.id} {carrier.why}" for carrier in self.carriers[:_NAMED])
            more = f"; and {total - _NAMED} more" if total > _NAMED else ""
            which = "its only source is not alive" if total == 1 else f"none of its {total} sources is alive"
            return f"blind: {which} ({causes}{more})"
        if self.life is Life.WAITING:
            which = "its only source has not" if total == 1 else f"none of its {total} sources has"
            return f"waiting: {which} answered yet"
        partly = f"; nobody hears {', '.join(self.blind_in)}" if self.blind_in else ""
        return f"seeing: {self.alive} of {count(total, 'source')} alive{partly}"


@dataclass(frozen=True, slots=True)
class Telling:
    """An alert to operators with what is to be remembered of it: rules that are blind now, rules that no longer are."""

    alert: Alert
    standing: tuple[Fact, ...] = ()
    settled: tuple[str, ...] = ()


def speaks(rule: Rule, terms: Mapping[str, Term], language: str) -> bool:
    """Can an article in this language satisfy the rule? `any`: has it words for every language?"""
    conditions = (rule.match, rule.context) if rule.context else (rule.match,)
    return all(_holds(condition, terms, language) for condition in conditions) and any(
        _all(_needed(rule, step), terms, language) for step in steps_of(rule) if step.alerts
    )


def languages(rule: Rule, terms: Mapping[str, Term]) -> tuple[str, ...]:
    """The languages in which the rule has all its words, in order; `any` alone where it has them for every one."""
    if speaks(rule, terms, ANY):
        return (ANY,)
    named = {language for term in terms.values() for language, words in term.words.items() if words}
    return tuple(sorted(language for language in named if language != ANY and speaks(rule, terms, language)))


def survey(
    ruleset: RuleSet, polled: Iterable[tuple[Source, PollState]], now: datetime, since: datetime | None = None
) -> tuple[RuleCoverage, ...]:
    """The coverage of every enabled rule, in their order. Sources that are switched off carry nothing.

    `since`: from when the monitor listens without interruption; None = whoever asks does not know, and
    what was not polled for long counts as dead.
    """
    by_language: dict[str, list[Carrier]] = {}
    for source, state in polled:
        if source.enabled:
            by_language.setdefault(_base(source.language), []).append(carrier(source, state, now, since))
    ready = {language: Tongue(language, _sorted(carriers)) for language, carriers in sorted(by_language.items())}
    return tuple(_cover(rule, ruleset.terms, ready) for rule in ruleset.rules if rule.enabled)


def carrier(source: Source, state: PollState, now: datetime, since: datetime | None = None) -> Carrier:
    """Is this source alive, and why? Alive is what is `heard`; dead only what had its chance."""
    success, bound = state.last_success_at, patience(source)
    if success and heard(state, source, now):
        trouble = f", though the last {_polls(state.failures)} failed: {state.error}" if state.failures else ""
        return Carrier(source, Life.ALIVE, f"answered {_ago(success, now)}{trouble}")
    if state.failures >= TRIES:
        last = f"last answered {_ago(success, now)}" if success else "never answered"
        return Carrier(source, Life.DEAD, f"{last}, the last {_polls(state.failures)} failed: {state.error}")
    polled = state.last_poll_at if success or state.failures else None  # what another address said is no matter
    asked = max(filter(None, (polled, since)), default=None)
    if asked is None:
        return Carrier(source, Life.WAITING, "has not been asked yet")
    if now - asked <= bound:
        failed = f": {state.error}" if state.failures else ""
        return Carrier(source, Life.WAITING, f"has not answered yet{failed}")
    return Carrier(source, Life.DEAD, f"has not been asked for {span_in_words(now - asked)}")


def news(
    covered: Sequence[RuleCoverage], told: AbstractSet[str], now: datetime, routes: Route = NOWHERE
) -> list[Telling]:
    """What operators have to hear: rules that went blind, and rules that see again. `told`: those told as blind."""
    lost = [item for item in covered if item.blind and item.rule not in told]
    found = [item for item in covered if item.life is Life.ALIVE and item.rule in told]
    tellings = []
    if lost:
        why = "No source that could carry this is alive: what happens there is not seen until one answers again."
        alert = _alert("Blind", why, lost, Severity.HIGH, now, routes)
        tellings.append(Telling(alert, tuple(_fact(item, alert.key, now) for item in lost)))
    if found:
        why = "A source that could carry this answers again; what it no longer lists was not seen."
        alert = _alert("Seeing again", why, found, Severity.MEDIUM, now, routes)
        tellings.append(Telling(alert, settled=tuple(item.rule for item in found)))
    return tellings


def _cover(rule: Rule, terms: Mapping[str, Term], ready: Mapping[str, Tongue]) -> RuleCoverage:
    able = languages(rule, terms)
    # A source without a language may write in any.
    heard = [language for language in ready if not language or able == (ANY,) or language in able]
    named = sorted({*heard, *(language for language in able if language != ANY)})
    return RuleCoverage(
        rule.id, rule.title, tuple(ready.get(name) or Tongue(name, ()) for name in named), rule.on_trial
    )


def _needed(rule: Rule, step: Step) -> tuple[tuple[str, ...], ...]:
    beside = rule.quantity.beside if rule.quantity else ()
    return (step.cues, *step.needs, *step.beside, *beside)


def _holds(condition: Condition, terms: Mapping[str, Term], language: str) -> bool:
    if not _all((*groups_of(condition), *([condition.actor] if condition.actor else [])), terms, language):
        return False
    if condition.score is None:
        return True
    reachable = sum(weight for term, weight in condition.score.weights if weight > 0 and _said(term, terms, language))
    return reachable >= condition.score.threshold


def _all(groups: Iterable[tuple[str, ...]], terms: Mapping[str, Term], language: str) -> bool:
    return all(any(_said(term, terms, language) for term in group) for group in groups)


def _said(term: str, terms: Mapping[str, Term], language: str) -> bool:
    words = terms[term].words if term in terms else {}
    return bool(words.get(language) or words.get(ANY))


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


def _sorted(carriers: Iterable[Carrier]) -> tuple[Carrier, ...]:
    order = {life: place for place, life in enumerate(Life)}
    return tuple(sorted(carriers, key=lambda item: (order[item.life], item.source.id)))


def _liveliest(found: Iterable[Life]) -> Life:
    lives = set(found)
    return next((life for life in Life if life in lives), Life.DEAD)


def _languages(tongues: Sequence[Tongue]) -> str:
    return ", ".join(tongue.language for tongue in tongues) or "there is no such language"


def _polls(number: int) -> str:
    return "poll" if number == 1 else f"{number} polls"


def _ago(then: datetime, now: datetime) -> str:
    return f"{span_in_words(max(now - then, timedelta(0)))} ago"


def _alert(
    words: str, why: str, items: Sequence[RuleCoverage], severity: Severity, now: datetime, routes: Route
) -> Alert:
    routing = route(routes, Traits(OWN_RULE, severity=severity.value))
    named = ", ".join(item.rule for item in items[:_NAMED])
    more = f" and {count(len(items) - _NAMED, 'more rule')}" if len(items) > _NAMED else ""
    key = f"{OWN_RULE}:{words.partition(' ')[0].lower()}:{now:%Y-%m-%dT%H:%M:%S.%fZ}"
    told = [f"{item.rule} ({item.title}): {item.words}" for item in items]
    headline = f"{words}: {named}{more}"
    return own_alert(OWN_RULE, "Coverage of the rules", key, severity, headline, why, told, now, routing)


def _fact(item: RuleCoverage, key: str, now: datetime) -> Fact:
    """A rule told as blind, for the baseline to remember."""
    return Fact(f"{key}:{item.rule}", OWN_RULE, RuleKind.STATE, "blind", item.rule, now, OWN_RULE, item.words)
