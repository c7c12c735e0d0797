"""From a verdict to what is done about it: tell people, or keep quiet; always with the reason."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from monitor.core.alerts import Action, Alert, Decision, event_key, update_key
from monitor.core.model import Article, Assertion, Verdict, VerdictKind
from monitor.core.render import cut, plain
from monitor.core.routing import Route, Traits, route
from monitor.core.rules import Rule, Step

TRIAL = "The rule is on trial: shown, not sent."
LEARNED = "It was there before we began to listen: learned, not sent."
LONGEST_HEADLINE = 140  # what a lock screen shows
_LONGEST_RULE_TITLE = 60
_LONGEST_CHANGE = 60


def decide(verdict: Verdict, rule: Rule, article: Article, routes: Route, country: str = "") -> Decision:
    """Whether a verdict is worth a message, to which channels, and why, in one sentence. `country`: the outlet's."""

    def drop(reason: str) -> Decision:
        return Decision(verdict, Action.DROP, reason, rule.severity)

    update = is_update(verdict)
    if verdict.kind is VerdictKind.KNOWN:
        return drop(_sentence(verdict.reason, "It was reported before"))
    if verdict.kind is VerdictKind.FOLLOWUP and not update:
        return drop(_sentence(verdict.reason, "A follow-up: it continues what was reported before"))
    if update and not rule.updates:
        return drop(f"An update ({_change(verdict)}), but the rule does not ask for updates.")
    if article.learn_only:
        return drop(LEARNED)
    step = _step(rule, verdict.step)
    if step is not None and not step.alerts:
        return drop(f"The step “{step.title or step.id}” is recorded but never worth a message.")
    otherwise = f"Update: {_change(verdict)}" if update else "Nothing like it is known for this rule"
    routing = route(routes, traits(rule, verdict.assertion, article.language, country), rule.channels)
    reason = _sentence(verdict.reason, otherwise)
    if rule.on_trial:
        return Decision(verdict, Action.NOTIFY, f"{reason} {TRIAL}", rule.severity, (), "the rule is on trial")
    return Decision(verdict, Action.NOTIFY, reason, rule.severity, routing.channels, routing.why)


def traits(rule: Rule, assertion: Assertion | None = None, language: str = "", country: str = "") -> Traits:
    """What an alert of a rule is routed by."""
    told = assertion.value if assertion else ""
    return Traits(rule.id, _file(rule), rule.severity.value, told, language.partition("-")[0].lower(), country)


def _file(rule: Rule) -> str:
    return rule.watchlist.rpartition("/")[2].removesuffix(".yaml")


def is_update(verdict: Verdict) -> bool:
    """A follow-up that changes what was told: its assertion rose, or a denial or correction came."""
    return verdict.kind is VerdictKind.FOLLOWUP and bool(verdict.previous and verdict.current)


def make_alert(decision: Decision, rule: Rule, article: Article, now: datetime, country: str = "") -> Alert:
    """The alert for a decision to notify. Its key is the same whichever article tells the news."""
    verdict = decision.verdict
    return Alert(
        key=_key(rule, verdict),
        rule=rule.id,
        rule_title=rule.title,
        severity=decision.severity,
        event=verdict.event,
        headline=headline(verdict, rule, article),
        reason=decision.reason,
        created_at=now,
        article_id=article.id,
        article_title=article.title,
        article_url=article.url,
        outlet=article.outlet,
        language=article.language,
        published=article.published,
        first_seen=article.first_seen,
        tier=article.tier,
        assertion=verdict.assertion,
        attribution=verdict.attribution,
        evidence=verdict.evidence,
        previous=verdict.previous,
        current=verdict.current,
        channels=decision.channels,
        route=decision.route,
        watchlist=_file(rule),
        country=country,
        rings=rule.rings or not is_update(verdict),
        shadow=rule.on_trial,
    )


def headline(verdict: Verdict, rule: Rule, article: Article) -> str:
    """One line, at most 140 characters, that is understood without the rest: what, and what changed from what."""
    subject = cut(plain(rule.title or rule.id), _LONGEST_RULE_TITLE)
    if is_update(verdict):
        subject = f"Update: {subject}"
    told = plain(article.title) or next((plain(evidence.text) for evidence in verdict.evidence), "")
    change = _change(verdict) or _step_title(rule, verdict.step)
    parts = [f"{subject}: {change}", told] if change else [f"{subject}: {told}" if told else subject]
    return cut(" — ".join(part for part in parts if part), LONGEST_HEADLINE)


def _change(verdict: Verdict) -> str:
    previous, current = (cut(plain(words), _LONGEST_CHANGE // 2) for words in (verdict.previous, verdict.current))
    return f"{previous} → {current}" if previous and current else current


def _step(rule: Rule, step_id: str) -> Step | None:
    return next((step for step in rule.steps if step.id == step_id), None)


def _step_title(rule: Rule, step_id: str) -> str:
    """The step in words, where the rule has several and so the title alone does not say which."""
    step = _step(rule, step_id)
    return cut(plain(step.title or step.id), _LONGEST_CHANGE) if step is not None and len(rule.steps) > 1 else ""


def _sentence(reason: str, otherwise: str) -> str:
    words = plain(reason) or otherwise
    words = words[0].upper() + words[1:]
    return words if words.rstrip("”»\"')")[-1:] in (".", "!", "?", "…") else words + "."


def _key(rule: Rule, verdict: Verdict) -> str:
    if not is_update(verdict):
        return event_key(rule.id, verdict.event)
    # What it has become, not which article says so: two outlets with one denial make one update.
    words = re.sub(r"[\W_]+", "-", plain(verdict.current).casefold()).strip("-")
    if not words or len(words) > 40:
        digest = hashlib.blake2s(verdict.current.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        words = f"{words[:30]}-{digest}".strip("-")
    return update_key(rule.id, verdict.event, words)
