"""`monitor alerts …`: what was told to people, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, group, setup
from monitor.cli.given import duration
from monitor.cli.output import at, say, show, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.alerts import Delivery, DeliveryState, Purpose
from monitor.core.dispatch import skipped_by, skipped_for
from monitor.core.render import ASSERTIONS, ATTRIBUTIONS, TIERS, cut, plain
from monitor.core.responses import Standing
from monitor.store.answered import JournalRow
from monitor.store.views import AlertDetail, AlertRow, DeliveryRow, Views

app = group("Look at the alerts, and answer them.")


@app.command("list")
def list_(
    since: Annotated[str, typer.Option(metavar="DURATION", help="How far back, such as 12h or 7d.")] = "7d",
    rule: Annotated[str | None, typer.Option(metavar="ID", help="Only this rule.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: AsJson = False,
) -> int:
    """List alerts, newest first."""
    back = duration("--since", since)
    with setup().store() as engine:
        rows = Views(engine).alerts(utc_now() - back, rule, limit)
    if as_json:
        show_json([_data(row) for row in rows])
    else:
        header = ("ID", "CREATED", "SEVERITY", "RULE", "DELIVERIES", "ANSWER", "HEADLINE")
        show_table(header, (_cells(row) for row in rows))
    if len(rows) == limit:
        say(f"the newest {limit}; there may be more (--limit)")
    return OK


def _data(row: AlertRow) -> dict[str, object]:
    deliveries = {state.value: count for state, count in row.deliveries.items()}
    return {"id": row.id, "alert": row.alert, "deliveries": deliveries, "standing": row.standing}


def _cells(row: AlertRow) -> list[str]:
    alert = row.alert
    deliveries = ", ".join(f"{count} {state.value}" for state, count in row.deliveries.items())
    deliveries = deliveries or ("on trial" if alert.shadow else "none")
    last = row.standing.answered or row.standing.snoozed
    answer = f"{last.answer.value} ({last.author})" if last else "-"
    return [str(row.id), at(alert.created_at), alert.severity.value, alert.rule, deliveries, answer, alert.headline]


@app.command("show")
def show_(
    key: Annotated[str, typer.Argument(metavar="KEY", help="An alert's key or number.")], as_json: AsJson = False
) -> int:
    """Show all of an alert: verdict, evidence, the fact it was held against, answers, deliveries and decisions."""
    with setup().store() as engine:
        detail = Views(engine).alert(key)
    if detail is None:
        raise Misuse(f"there is no alert {key} (see `monitor alerts list`)")
    if as_json:
        show_json(detail)
    else:
        for line in _words(detail):
            show(line)
    return OK


def _words(detail: AlertDetail) -> Iterator[str]:
    alert = detail.alert
    yield plain(alert.headline)
    yield f"  alert      {detail.id}, {alert.key}"
    yield f"  rule       {alert.rule} ({plain(alert.rule_title)}), {alert.severity.value}"
    yield f"  created    {at(alert.created_at)} UTC"
    yield f"  stands     {plain(detail.standing.words(utc_now()))}"
    yield f"  article    {alert.article_id}: {plain(alert.article_title)}"
    yield f"             {plain(alert.article_url) or 'no link'}"
    yield f"             published {at(alert.published)} UTC, first seen {at(alert.first_seen)}"
    yield f"  source     {plain(alert.outlet) or 'unknown outlet'} ({TIERS.get(alert.tier, 'unrated outlet')})"
    yield f"  told       {ASSERTIONS[alert.assertion]}, {ATTRIBUTIONS[alert.attribution]}"
    if alert.previous and alert.current:
        yield f"  changed    {plain(alert.previous)} → {plain(alert.current)}"
    yield f"  why        {plain(alert.reason)}"
    for evidence in alert.evidence:
        yield f"  evidence   {evidence.zone.value}: “{cut(plain(evidence.text), 300)}”"
    yield from _held_against(detail)
    if alert.shadow:
        yield "  goes to    nobody: its rule was on trial, and what it found is shown, not sent"
    elif alert.route:
        yield f"  goes to    {', '.join(alert.channels) or 'no channel'}: {plain(alert.route)}"
    for delivery in detail.deliveries:
        yield from _delivery(delivery, detail.standing)
    if not (detail.deliveries or alert.shadow):
        yield "  delivery   none: no channel of the rule had a target"
    for said in detail.responses:
        yield f"  answer     {at(said.at)} {plain(said.author)} ({said.via}): {plain(said.words)}"
    for one in detail.followed:
        yield f"  followed   {at(one.published)} {plain(one.outlet)}: {cut(plain(one.title), 100)} ({one.kind.value})"
    for entry in detail.journal:
        yield _entry(entry, {row.delivery.id: row.delivery for row in detail.deliveries})


def _held_against(detail: AlertDetail) -> Iterator[str]:
    if detail.verdict:
        verdict = detail.verdict.decision.verdict
        yield f"  verdict    {verdict.kind.value} ({verdict.score:g}): {plain(verdict.reason)}"
        yield f"             judged {at(detail.verdict.judged_at)} UTC"
        if detail.fact is None:
            gone = f"{verdict.fact}, which is no longer stored" if verdict.fact else "nothing that was known"
            yield f"  against    {gone}"
    if detail.fact:
        fact = detail.fact
        yield f"  against    {fact.key}, known since {at(fact.recorded)}: {plain(fact.words)}"


def _delivery(row: DeliveryRow, standing: Standing) -> Iterator[str]:
    delivery = row.delivery
    purpose = "" if delivery.purpose is Purpose.ALERT else f" ({_purpose(delivery)})"
    more = f" {at(row.sent_at)}" if row.sent_at else ""
    if delivery.state is DeliveryState.PENDING:
        more = f", next try {at(delivery.next_at)}"
    elif delivery.state is DeliveryState.HELD:
        more = f" by {delivery.hold} until {at(delivery.next_at)}"
    reason = f": {plain(delivery.reason)}" if delivery.reason else ""
    if delivery.state.to_come and (said := skipped_for(delivery.purpose, standing)):
        more, reason = "", f", will be skipped: {plain(skipped_by(said))}"
    yield f"  delivery   {delivery.channel}/{delivery.target}{purpose}: {delivery.state.value}{more}{reason}"
    for attempt in row.attempts:
        error = f": {plain(attempt.error)}" if attempt.error else ""
        yield f"             {attempt.number}. {at(attempt.began_at)} {attempt.outcome}{error}"


def _purpose(delivery: Delivery) -> str:
    return f"{delivery.purpose.value} {delivery.round}" if delivery.round else delivery.purpose.value


def _entry(row: JournalRow, deliveries: Mapping[int, Delivery]) -> str:
    delivery = deliveries.get(row.delivery) if row.delivery is not None else None
    where = f" {delivery.channel}/{delivery.target}" if delivery else ""
    who = f" ({plain(row.author)})" if row.author else ""
    return f"  journal    {at(row.at)} {row.what}{where}: {plain(row.words)}{who}"
