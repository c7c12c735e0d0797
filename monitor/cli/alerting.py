"""`monitor alerts …`: what was told to people, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from monitor.cli.context import OK, AsJson, Misuse, group, setup
from monitor.cli.output import at, say, show, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.render import ASSERTIONS, ATTRIBUTIONS, TIERS, cut, plain
from monitor.store.views import AlertDetail, AlertRow, DeliveryRow, Views
from monitor.watchlists.fields import Duration

app = group("Look at the alerts.")

_DURATION: TypeAdapter[Any] = TypeAdapter(Duration)


@app.command("list")
def list_(
    since: Annotated[str, typer.Option(metavar="DURATION", help="How far back, such as 12h or 7d.")] = "7d",
    rule: Annotated[str | None, typer.Option(metavar="ID", help="Only this rule.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: AsJson = False,
) -> int:
    """List alerts, newest first."""
    back = duration(since)
    with setup().store() as engine:
        rows = Views(engine).alerts(utc_now() - back, rule, limit)
    if as_json:
        show_json([_data(row) for row in rows])
    else:
        show_table(("ID", "CREATED", "SEVERITY", "RULE", "DELIVERIES", "HEADLINE"), (_cells(row) for row in rows))
    if len(rows) == limit:
        say(f"the newest {limit}; there may be more (--limit)")
    return OK


def duration(since: str) -> timedelta:
    """What `--since` was given. Raises Misuse."""
    try:
        back: timedelta = _DURATION.validate_python(since)
    except ValidationError as error:
        raise Misuse(f"--since: {error.errors()[0]['ctx']['text']}") from None
    return back


def _data(row: AlertRow) -> dict[str, object]:
    deliveries = {state.value: count for state, count in row.deliveries.items()}
    return {"id": row.id, "alert": row.alert, "deliveries": deliveries}


def _cells(row: AlertRow) -> list[str]:
    alert = row.alert
    deliveries = ", ".join(f"{count} {state.value}" for state, count in row.deliveries.items()) or "none"
    return [str(row.id), at(alert.created_at), alert.severity.value, alert.rule, deliveries, alert.headline]


@app.command("show")
def show_(
    key: Annotated[str, typer.Argument(metavar="KEY", help="An alert's key or number.")], as_json: AsJson = False
) -> int:
    """Show all of an alert: verdict, evidence, the fact it was held against, every delivery and attempt."""
    with setup().store() as engine:
        views = Views(engine)
        detail = (views.alert(int(key)) if key.isascii() and key.isdigit() else None) or views.alert(key)
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
    yield f"  article    {alert.article_id}: {plain(alert.article_title)}"
    yield f"             {plain(alert.article_url) or 'no link'}"
    yield f"             published {at(alert.published)} UTC, first seen {at(alert.first_seen)}"
    yield f"  source     {plain(alert.outlet) or 'unknown outlet'} ({TIERS.get(alert.tier, 'unrated outlet')})"
    yield f"  told       {ASSERTIONS[alert.assertion]}, {ATTRIBUTIONS[alert.attribution]}"
    if alert.previous or alert.current:
        yield f"  changed    {plain(alert.previous) or '(nothing)'} → {plain(alert.current)}"
    yield f"  why        {plain(alert.reason)}"
    for evidence in alert.evidence:
        yield f"  evidence   {evidence.zone.value}: “{cut(plain(evidence.text), 300)}”"
    yield from _held_against(detail)
    if alert.route:
        yield f"  goes to    {', '.join(alert.channels) or 'no channel'}: {plain(alert.route)}"
    for delivery in detail.deliveries:
        yield from _delivery(delivery)
    if not detail.deliveries:
        yield "  delivery   none: no channel of the rule had a target"


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


def _delivery(row: DeliveryRow) -> Iterator[str]:
    delivery = row.delivery
    more = f" {at(row.sent_at)}" if row.sent_at else ""
    if delivery.state.value == "pending":
        more = f", next try {at(delivery.next_at)}"
    yield f"  delivery   {delivery.channel}/{delivery.target}: {delivery.state.value}{more}"
    for attempt in row.attempts:
        error = f": {plain(attempt.error)}" if attempt.error else ""
        yield f"             {attempt.number}. {at(attempt.began_at)} {attempt.outcome}{error}"
