"""What the monitor tells operators of itself: rules that nobody hears, deliveries that are dead, and the heartbeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from monitor.configuration import Configuration
from monitor.core import coverage, deadletters, editions, heartbeat
from monitor.core.alerts import Alert
from monitor.core.editions import Edition
from monitor.core.health import health
from monitor.core.model import PollState, Severity, Source
from monitor.errors import Problem
from monitor.store.accounts import Accounts
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.together import Run

log = structlog.get_logger(__name__)

_EVER = datetime(9999, 1, 1, tzinfo=UTC)
_MOST = 1_000  # channels


@dataclass(frozen=True, slots=True)
class Watching:
    """Each method stores the alerts that are due and gives them back; none is told twice, whatever restarts happen.
    All raise StoreError.

    `started`: when we began to listen.
    """

    store: SqlStore
    views: Views
    accounts: Accounts
    run: Run
    started: datetime

    async def tell_coverage(self, configuration: Configuration, now: datetime) -> list[Alert]:
        """Rules that went blind, or see again.

        Without any source there is nothing to say that the configuration has not said.
        """
        sources, desk = configuration.sources, configuration.desk
        if not sources:
            return []
        covered = coverage.survey(configuration.ruleset, await self._polled(sources), now, self.started)
        told = await self.run(self.store.standing, coverage.OWN_RULE)
        alerts = []
        for telling in coverage.news(covered, told, now, desk.routes):
            alert = telling.alert
            targets = desk.addresses(alert)
            if await self.run(self.store.tell, alert, targets, telling.standing, telling.settled):
                alerts.append(_told("coverage", alert, targets))
        return alerts

    async def tell_dead_letters(self, configuration: Configuration, now: datetime) -> list[Alert]:
        """Deliveries that were given up, to other channels."""
        untold = await self.run(self.accounts.untold, now - deadletters.RECENT)
        if not untold:
            return []
        rows = await self.run(self.views.alerts, now - deadletters.GAP, deadletters.OWN_RULE, _MOST)
        told = {deadletters.channel_of(row.alert): row.alert.created_at for row in reversed(rows)}
        desk, alerts = configuration.desk, []
        usable = [channel for channel, targets in desk.targets.items() if targets]
        for notice in deadletters.news(untold, told, now, self.started, usable, desk.routes):
            targets = notice.addresses(desk.addresses(notice.alert))
            numbers = [letter.delivery for letter in notice.letters]
            if await self.run(self.store.tell_dead_letters, notice.alert, targets, numbers):
                alerts.append(_told("dead letters", notice.alert, targets))
        return alerts

    async def tell_heartbeat(
        self, configuration: Configuration, problems: Sequence[Problem], now: datetime, polled: bool
    ) -> list[Alert]:
        """That all is well, or what is not, when it is time. `problems`: those of the last reload; `polled`: what is
        due has just been asked, so that there is no need to wait for that after a start."""
        beat = configuration.heartbeat
        if beat is None or not (polled or now - self.started >= heartbeat.SETTLED):
            return []
        last = await self.run(self.views.alerts, None, heartbeat.OWN_RULE, 1)
        at = heartbeat.due(beat.schedule, last[0].alert.published if last else None, now)
        if at is None:
            return []
        since = last[0].alert.created_at if last else now - heartbeat.LOOK_BACK
        activity = await self.run(self.accounts.activity, since, now)
        asked = await self._polled(configuration.sources)
        covered = coverage.survey(configuration.ruleset, asked, now, self.started)
        sources = [health(state, source, now) for source, state in asked if source.enabled]
        zone = beat.schedule.zone
        alert = heartbeat.heartbeat(at, since, now, activity, sources, covered, problems, beat.channels, zone)
        targets = configuration.desk.addresses(alert)
        if not await self.run(self.store.tell, alert, targets, (), ()):
            return []
        return [_told("heartbeat", alert, targets)]

    async def tell_edition(self, configuration: Configuration, edition: Edition, now: datetime) -> list[Alert]:
        """That other files came into force, to the channels that asked for it."""
        if not configuration.announce or now - edition.at > editions.LATE:
            return []
        saved = await self.run(self.store.saved_for, edition)
        alert = editions.announcement(edition, now, configuration.announce, saved)
        targets = configuration.desk.addresses(alert)
        told = await self.run(self.store.tell, alert, targets, (), ())
        return [_told("edition", alert, targets)] if told else []

    async def _polled(self, sources: Sequence[Source]) -> list[tuple[Source, PollState]]:
        states = dict(await self.run(self.store.due_sources, _EVER, len(sources))) if sources else {}
        return [(source, states.get(source.id, PollState())) for source in sources]


def _told(what: str, alert: Alert, targets: Sequence[tuple[str, str]]) -> Alert:
    tell = log.info if alert.severity is Severity.LOW else log.warning
    tell(what, told=alert.headline, more=[evidence.text for evidence in alert.evidence])
    if not targets:
        tell_untargeted(alert)
    return alert


def tell_untargeted(alert: Alert) -> None:
    """In the log at least."""
    log.error(
        "alert without a target",
        alert=alert.key,
        article=alert.article_id,
        channels=alert.channels,
        text=alert.headline,
    )
