"""What the daemon counts since its start, whoever did it: its own jobs, or batches of a queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from monitor.core import lags
from monitor.delivery import DeliveryRound
from monitor.pipeline import JudgedRound, Poll, Read


class Tally:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.lags = dict(lags.NONE)

    def add(self, name: str, by: int = 1) -> None:
        if by:
            self.counts[name.replace(" ", "_")] += by

    def polled(self, polls: Sequence[Poll]) -> None:
        self.add("polls", sum(poll.asked for poll in polls))
        self.add("entries", sum(poll.new for poll in polls))
        for poll in polls:
            self.add(f"polled {poll.polled.outcome.value}")

    def read(self, reads: Sequence[Read]) -> None:
        self.add("articles", sum(read.stored for read in reads))

    def judged(self, round_: JudgedRound) -> bool:
        """Whether there are alerts."""
        alerts = [alert for outcome in round_.outcomes for alert in outcome.alerts]
        self.add("judged", len(round_.outcomes))
        self.add("unjudgeable", len(round_.failed))
        self.add("alerts", len(alerts))
        self._took(lags.ALERTED, (alert.created_at - alert.published for alert in alerts if not alert.shadow))
        return bool(alerts)

    def delivered(self, round_: DeliveryRound) -> None:
        for name in ("sent", "retried", "failed", "unknown"):
            self.add(name, len(getattr(round_, name)))
        self._took(lags.ACCEPTED, filter(None, (outcome.took for outcome in round_.sent)))

    def _took(self, what: str, times: Iterable[timedelta]) -> None:
        self.lags[what] = self.lags[what].then(times)
