"""Alerts in plain words, for every kind of channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.core.alerts import Alert, Message, Occasion, Target, Waiting
from monitor.core.render import REPEAT, cut, link, neutral, render, render_notice


class PlainWriter:
    """A `Writer` without markup."""

    def write(self, waiting: Waiting, target: Target, now: datetime) -> Message:
        return render(waiting.alert, target.format, target.limit, doubtful=waiting.delivery.doubtful)

    def summary(self, occasion: Occasion, waiting: Sequence[Waiting], target: Target, now: datetime) -> Message:
        title = f"[{occasion.value.upper()}] {len(waiting)} alerts"
        lines = [f"[{item.alert.severity.upper()}] {neutral(item.alert.headline)}" for item in waiting]
        lines += [link(waiting[0].alert.article_url)] if len(waiting) == 1 else []
        repeat = [REPEAT] if any(item.delivery.doubtful for item in waiting) else []
        body = "\n".join([*repeat, *lines])
        return Message(title, cut(body, target.limit - len(title) - 2) if target.limit else body)

    def notice(self, channel: str, name: str, troubled: Sequence[tuple[Alert, str]], target: Target) -> Message:
        return render_notice(channel, name, troubled, target.limit)
