"""Alerts in words: a view of each, put into the form of its service by a template.

    alert → view (`core.view`) → template → measured as the service counts → what matters least gives way → message

A template of the channel's own that breaks, or that its service would refuse, gives way to the shipped one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from monitor.core import heartbeat, payload
from monitor.core.alerts import Alert, Message, Occasion, Purpose, Target, Waiting
from monitor.core.render import cut
from monitor.core.summary import Summary, leaner_summary, summary_of
from monitor.core.view import View, leaner, notice_of, view_of
from monitor.messages.formats import EMAIL, FORMATS, TEXT, Format
from monitor.messages.samples import ALERT, SUMMARY
from monitor.messages.templates import NONE, Templates, address_of, environment, render, values_of

log = structlog.get_logger(__name__)

AnswerUrl = Callable[[Alert, datetime], str]
Versions = Callable[[], Iterator[View | Summary]]


def no_answer_url(alert: Alert, now: datetime) -> str:
    """Where alerts are answered at the command line only."""
    return ""


class Messages:
    """The port `Writer`, with Jinja2. `where` is the address of the list of alerts, "" where there is no web page."""

    def __init__(self, templates: Templates = NONE, answer_url: AnswerUrl = no_answer_url, where: str = ""):
        self._answer_url, self._where = answer_url, where
        self.use(templates)

    def use(self, templates: Templates) -> None:
        """From now on with these."""
        self._files = templates.files
        self._environments = {name: environment(name, templates.files) for name in FORMATS}

    def write(self, waiting: Waiting, target: Target, now: datetime) -> Message:
        """One alert. An update joins its thread without a sound unless its rule asks to be heard."""
        alert, delivery, answer = waiting.alert, waiting.delivery, self._answer(waiting.alert, now)
        view = view_of(
            alert,
            delivery,
            now,
            zone=target.policy.zone,
            publishers=waiting.publishers,
            standing=waiting.standing,
            answer=answer,
        )
        quiet = bool(waiting.reply_to) and not alert.rings and delivery.purpose is Purpose.ALERT
        name = f"{alert.key}:{delivery.purpose}:{delivery.round}"
        message = self._message(ALERT, lambda: leaner(view), target)
        told = payload.alert_payload(waiting, target, now, answer, message) if target.format == payload.FORMAT else None
        return replace(message, thread=alert.thread, reply_to=waiting.reply_to, silent=quiet, name=name, payload=told)

    def summary(self, occasion: Occasion, waiting: Sequence[Waiting], target: Target, now: datetime) -> Message:
        """Several alerts, none of them uncounted."""
        alerts = [one.alert for one in waiting]
        answers = [self._answer(alert, now) for alert in alerts]
        summary = summary_of(
            occasion,
            alerts,
            target.policy,
            now,
            answers=answers,
            where=self._where,
            doubtful=any(one.delivery.doubtful for one in waiting),
        )
        message = self._message(SUMMARY, lambda: leaner_summary(summary), target)
        if target.format != payload.FORMAT:
            return message
        told = payload.summary_payload(occasion, waiting, target, now, answers, self._where, message)
        return replace(message, payload=told)

    def notice(self, channel: str, name: str, troubled: Sequence[tuple[Alert, str]], target: Target) -> Message:
        """Word that another target does not take alerts."""
        view = notice_of(channel, name, troubled)
        return self._message(ALERT, lambda: leaner(view), target)

    def _answer(self, alert: Alert, now: datetime) -> str:
        """A heartbeat asks for no answer."""
        return "" if alert.rule == heartbeat.OWN_RULE else self._answer_url(alert, now)

    def _message(self, kind: str, versions: Versions, target: Target) -> Message:
        form = FORMATS.get(target.format, FORMATS[TEXT])
        own = target.policy.template
        if form.name != EMAIL:
            view, body = self._fitted(kind, versions, form, own, target.limit)
            return Message(view.subject, body, marked=form.escape is not None)
        view, html = self._fitted(kind, versions, form, own, target.limit)
        _, body = self._fitted(kind, versions, FORMATS[TEXT], own, target.limit)
        return Message(view.subject, body, html=html)

    def _fitted(self, kind: str, versions: Versions, form: Format, own: str, limit: int) -> tuple[View | Summary, str]:
        """The fullest version that its service takes, with its body."""
        address = address_of(own, kind, form.name)
        if own and address in self._files:
            try:
                if fitted := self._first(address, versions, form, limit):
                    return fitted
                log.error("a template leaves no room for the message", template=address, instead="the shipped one")
            except Exception as error:  # a template is somebody's program: whatever it raises, the alert goes out
                log.error("a template broke", template=address, error=repr(error), instead="the shipped one")
        if fitted := self._first(address_of("", kind, form.name), versions, form, limit):
            return fitted
        return self._bare(versions, form, limit)

    def _first(self, address: str, versions: Versions, form: Format, limit: int) -> tuple[View | Summary, str] | None:
        for version in versions():
            body = render(self._environments[form.name], address, values_of(version))
            if not body:
                raise ValueError("it says nothing")
            if objection := form.objection(body):
                raise ValueError(objection)
            if not limit or form.measure(version.subject, body) <= limit:
                return version, body
        return None

    def _bare(self, versions: Versions, form: Format, limit: int) -> tuple[View | Summary, str]:
        """As much of the headline as there is room for."""
        *_, last = versions()
        escape = form.escape or str
        for most in range(limit, -1, -1):
            body = str(escape(cut(last.subject, most)))
            if form.measure("", body) <= limit:
                break
        return replace(last, subject=last.subject if form.whole else ""), body
