"""Values of the monitor as the API gives them, without addresses of channels and errors that may quote one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from monitor.core import alerts as core
from monitor.core import model, responses
from monitor.core.alerts import Action
from monitor.core.health import health
from monitor.core.render import link
from monitor.core.silence import Miss
from monitor.core.silences import Silence
from monitor.explanation import Explained, Explanation
from monitor.store.shown.listed import Brief
from monitor.store.views import AlertDetail, ArticleRow, DeliveryRow, VerdictRow
from monitor.web.api import models
from monitor.web.api.problems import finite

M = TypeVar("M", bound=BaseModel)


def alert(
    number: int, item: core.Alert, standing: responses.Standing, updated: datetime, now: datetime
) -> models.Alert:
    return models.Alert(
        **_of(models.Alert, item, {"id", "updated_at", "evidence", "standing", "article_url", "channels"}),
        id=number,
        updated_at=updated,
        article_url=link(item.article_url),
        channels=list(item.channels),
        evidence=_evidence(item.evidence),
        standing=models.Standing(
            answered=standing.answered is not None,
            snoozed_until=standing.snoozed_until(now),
            words=standing.words(now),
        ),
    )


def alert_detail(found: AlertDetail, now: datetime) -> models.AlertDetail:
    updated = max([found.alert.created_at, *(one.at for one in found.responses)])
    return models.AlertDetail(
        **dict(alert(found.id, found.alert, found.standing, updated, now)),
        verdict=verdict(found.verdict.decision) if found.verdict else None,
        fact=fact(found.fact) if found.fact else None,
        deliveries=[_delivery(row) for row in found.deliveries],
        responses=[models.Response(**_of(models.Response, one)) for one in found.responses],
    )


def _delivery(row: DeliveryRow) -> models.Delivery:
    """Without errors: what a service answered may quote the address."""
    return models.Delivery(
        **_of(models.Delivery, row.delivery, {"created_at", "sent_at", "attempts"}),
        created_at=row.created_at,
        sent_at=row.sent_at,
        attempts=[models.Attempt(**_of(models.Attempt, attempt)) for attempt in row.attempts],
    )


def verdict(decision: core.Decision) -> models.Verdict:
    said = decision.verdict
    names = {"action", "decision_reason", "severity", "channels", "evidence", "score"}
    return models.Verdict(
        **_of(models.Verdict, said, names),
        action=decision.action,
        decision_reason=decision.reason,
        severity=decision.severity,
        channels=list(decision.channels),
        evidence=_evidence(said.evidence),
        score=finite(said.score),
    )


def fact(item: model.Fact) -> models.Fact:
    made = {"first_day", "last_day", "names", "places", "figures", "url"}
    return models.Fact(
        **_of(models.Fact, item, made),
        first_day=item.when.first if item.when else None,
        last_day=item.when.last if item.when else None,
        names=sorted(item.names),
        places=sorted(item.places),
        figures=[models.Figure(value=finite(one.value), unit=one.unit, total=one.total) for one in item.figures],
        url=link(item.url),
    )


def brief(row: Brief) -> models.ArticleBrief:
    made = {"source", "url"}
    return models.ArticleBrief(**_of(models.ArticleBrief, row, made), source=row.source_id, url=link(row.url))


def article(row: ArticleRow, verdicts: list[VerdictRow]) -> models.Article:
    item = row.article
    return models.Article(
        **_of(models.Article, item, {"source", "url", "judged_at", "error", "verdicts"}),
        source=item.source_id,
        url=link(item.url),
        judged_at=row.judged_at,
        error=row.error,
        verdicts=[
            models.ArticleVerdict(**dict(verdict(one.decision)), alerted=one.alerted, judged_at=one.judged_at)
            for one in verdicts
        ],
    )


def explanation(told: Explanation, rule: str | None) -> models.Explanation:
    return models.Explanation(
        language=told.document.language,
        copy_of=told.copy.document if told.copy else None,
        touched=[_explained(one) for one in told.rules if rule in (None, one.judgement.rule.id)],
        silent=[_silent(miss) for miss in told.silent if rule in (None, miss.rule.id)],
        left_out=[note.words for note in told.notes if rule is None or rule in note.rules],
    )


def _explained(one: Explained) -> models.RuleExplained:
    return models.RuleExplained(
        **dict(verdict(one.decision)),
        alerts=one.decision.action is Action.NOTIFY,
        route=one.decision.route,
        facts_known=one.known,
    )


def _silent(miss: Miss) -> models.RuleSilent:
    return models.RuleSilent(rule=miss.rule.id, missed=miss.missed, lacking=miss.lacking, found=list(miss.found))


def source(item: model.Source, state: model.PollState, now: datetime) -> models.Source:
    found = health(state, item, now)
    polled = {"last_poll_at", "last_success_at", "last_new_at", "next_poll_at", "failures"}
    return models.Source(
        **_of(models.Source, item, {*polled, "health", "cause", "next_entry_expected_at"}),
        **{name: getattr(state, name) for name in polled},
        health=found.word,
        cause=found.cause,
        next_entry_expected_at=found.expected,
    )


def silence(item: Silence) -> models.Silence:
    match = {trait: list(values) for trait, values in item.match}
    return models.Silence(**_of(models.Silence, item, {"match"}), match=match)


def _evidence(found: tuple[model.Evidence, ...]) -> list[models.Evidence]:
    return [models.Evidence(**_of(models.Evidence, one)) for one in found]


def _of(wanted: type[BaseModel], item: object, but: Collection[str] = ()) -> dict[str, Any]:
    """The fields that a value has under the same name."""
    return {name: getattr(item, name) for name in wanted.model_fields if name not in but}


def same(wanted: type[M], item: object) -> M:
    """All fields of which a value has under the same name."""
    return wanted(**_of(wanted, item))
