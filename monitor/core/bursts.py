"""Coverage against its own past: a burst begins, goes on, or there is none."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.model import Article, Claim, VerdictKind
from monitor.core.opinion import Opinion, event_key
from monitor.core.relevant import BURST, Coverage
from monitor.core.render import count
from monitor.core.rules import VolumeSpec


def judge_volume(claim: Claim, spec: VolumeSpec, coverage: Coverage, article: Article) -> Opinion:
    told = coverage.recent + 1
    families = coverage.publishers | {article.publisher or article.outlet}
    usual = _usual(coverage, article.published - spec.window, spec.window)
    words = (
        f"{count(told, 'article')} of {count(len(families), 'publisher')} in {_hours(spec.window)}, usually {usual:.1f}"
    )
    if burst := coverage.burst:
        return Opinion(VerdictKind.FOLLOWUP, claim, f"{words}: the burst is known", burst, burst.event)
    if told < spec.least or len(families) < spec.publishers or told < spec.factor * usual:
        return Opinion(VerdictKind.KNOWN, claim, f"{words}: no burst", None, "")
    return Opinion(
        VerdictKind.NEW, claim, f"{words}: a burst", None, event_key(claim, article, BURST), f"{usual:.1f}", str(told)
    )


def _usual(coverage: Coverage, since: datetime, window: timedelta) -> float:
    """Articles per window before this one, over the time that we know of (at most `relevant.WINDOWS`)."""
    if coverage.first is None:
        return 0.0
    return coverage.before / max(1.0, (since - coverage.first) / window)


def _hours(window: timedelta) -> str:
    return f"{window.total_seconds() / 3600:g} h"
