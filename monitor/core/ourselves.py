"""What the monitor has to say of itself: alerts like all others, without an article behind them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.core.alerts import Alert
from monitor.core.model import Assertion, Attribution, Evidence, Severity, Zone
from monitor.core.routing import Routing


def own_alert(
    rule: str,
    title: str,
    key: str,
    severity: Severity,
    headline: str,
    reason: str,
    lines: Iterable[str],
    now: datetime,
    routing: Routing,
    about: datetime | None = None,
) -> Alert:
    """An alert of a rule of our own. `lines` stand below the reason; `about` is the time that it tells of, now if
    it is not given."""
    return Alert(
        key=key,
        rule=rule,
        rule_title=title,
        severity=severity,
        event=key,
        headline=headline,
        reason=reason,
        created_at=now,
        article_id=rule,
        article_title="",
        article_url="",
        outlet="the monitor itself",
        language="",
        published=about or now,
        first_seen=now,
        tier=1,
        assertion=Assertion.ASSERTED,
        attribution=Attribution.OFFICIAL,
        evidence=tuple(Evidence(line, 0, 0, Zone.BODY) for line in lines),
        channels=routing.channels,
        route=routing.why,
    )
