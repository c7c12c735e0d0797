"""Whether the rules are still heard: operators are told when one goes blind, and when it sees again."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from monitor.app.configuration import Configuration
from monitor.core import coverage
from monitor.core.alerts import Alert
from monitor.core.model import PollState
from monitor.pipeline.recording import Run
from monitor.store.sql import SqlStore

log = structlog.get_logger(__name__)

_EVER = datetime(9999, 1, 1, tzinfo=UTC)


async def tell_coverage(
    configuration: Configuration, store: SqlStore, run: Run, now: datetime, since: datetime
) -> list[Alert]:
    """Store an alert for what has changed since the last one; these alerts. `since`: when we began to listen.

    Without any source there is nothing to say that the configuration has not said. Raises StoreError.
    """
    sources, desk = configuration.sources, configuration.desk
    if not sources:
        return []
    states = dict(await run(store.due_sources, _EVER, len(sources)))
    polled = [(source, states.get(source.id, PollState())) for source in sources]
    covered = coverage.survey(configuration.ruleset, polled, now, since)
    told = await run(store.standing, coverage.OWN_RULE)
    alerts = []
    for telling in coverage.news(covered, told, now, desk.routes):
        alert = telling.alert
        targets = desk.addresses(alert)
        if await run(store.tell, alert, targets, telling.standing, telling.settled):
            log.warning("coverage", told=alert.headline, rules=[evidence.text for evidence in alert.evidence])
            if not targets:
                log.error("alert without a target", alert=alert.key, channels=alert.channels, text=alert.headline)
            alerts.append(alert)
    return alerts
