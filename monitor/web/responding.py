"""What somebody says to alerts at the desk, and how that is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from starlette.requests import Request

from monitor.core import responses
from monitor.core.alerts import Alert
from monitor.core.render import count, cut, plain
from monitor.core.responses import Answer, Fault
from monitor.web.paths import Form, Refused
from monitor.web.site import Site, Undo
from monitor.web.wording import LONGEST_NAME, LONGEST_REASON, snoozed_until

WITHDRAW = "/alerts/withdraw"
_USE_BUTTONS = "Use the buttons of the page."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form says."""

    answer: Answer
    reason: str = ""
    until: datetime | None = None
    fault: Fault | None = None


def asked(form: Form, now: datetime, zone: tzinfo) -> Asked:
    """`answer` is one of the answers, a snooze with how long (`snooze:4h`); `fault` says what is wrong with an alert
    that is rejected. Raises Refused."""
    name, _, span = form.get("answer", "").partition(":")
    reason = cut(plain(form.get("reason", "")), LONGEST_REASON)
    try:
        answer = Answer(name)
        fault = Fault(form.get("fault", "")) if answer is Answer.REJECT else None
    except ValueError:
        raise Refused(400, "What to say is not known.", _USE_BUTTONS) from None
    until = snoozed_until(span, now, zone) if answer is Answer.SNOOZE else None
    if answer is Answer.SNOOZE and until is None:
        raise Refused(400, "How long to snooze is not known.", _USE_BUTTONS)
    return Asked(answer, reason, until, fault)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to several alerts, those to which it said something new. `words` for the reader."""

    words: str
    undo: Undo | None


def respond(site: Site, request: Request, alerts: Mapping[int, Alert], wish: Asked) -> Said:
    """Answer the events of these alerts, by number. Raises StoreError."""
    now, who = site.now(), site.who(request)
    done: list[int] = []
    said = responses.Response("", wish.answer, who.name, now, wish.reason, wish.until, wish.fault, "web")
    alone = False
    for number, alert in alerts.items():
        meant = _meant(site, wish.answer, alert)
        if site.store.respond(_to(said, alert, meant), now):
            site.note(request, f"alert.{said.answer.value}", f"alert:{number}", said.words)
            done.append(number)
            alone = alone or bool(meant)
    words = _words(said, site.zone_of(request))
    if not done:
        return Said(f"Nothing to do: {words} already.", None)
    several = f" {count(len(done), 'event')}" if len(alerts) > 1 else ""
    return Said(f"{words[0].upper()}{words[1:]}{several and ':'}{several}.", _undo(said, done, alone))


def withdraw(site: Site, request: Request, alerts: Mapping[int, Alert], form: Form) -> str:
    """Take back what the form of an Undo names; what was done, in words. Raises Refused, StoreError."""
    try:
        answer, at = Answer(form.get("answer", "")), datetime.fromisoformat(form.get("at", ""))
    except ValueError:
        raise Refused(400, "What to take back is not known.", _USE_BUTTONS) from None
    if at.tzinfo is None:
        raise Refused(400, "What to take back is not known.", _USE_BUTTONS)
    said = responses.Response("", answer, cut(plain(form.get("author", "")), LONGEST_NAME), at)
    now, name = site.now(), site.who(request).name
    done = 0
    for number, alert in alerts.items():
        if site.store.withdraw(_to(said, alert, alert.update if form.get("alone") else ""), name, now):
            site.note(request, "alert.withdraw", f"alert:{number}", answer.value)
            done += 1
    return "Taken back: all is as it was before." if done else "Nothing to take back: that was done before."


def numbers(words: Sequence[str], most: int = 100) -> list[int]:
    """The numbers among these words; what no database could have is left out."""
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19][:most]


def _meant(site: Site, answer: Answer, alert: Alert) -> str:
    """The key of the update of which alone the answer speaks; "" for its whole event."""
    if not alert.update:
        return ""
    told = site.views.told(alert.thread)
    return responses.speaks_of(answer, alert.update, told.responses if told else ())


def _to(said: responses.Response, alert: Alert, update: str) -> responses.Response:
    return replace(said, thread=alert.thread, alert=update)


def _words(said: responses.Response, zone: tzinfo) -> str:
    """As `Response.words`, in the reader's time."""
    if said.until is None:
        return said.words
    until = said.until.astimezone(zone)
    return f"snoozed until {until:%Y-%m-%d %H:%M}" + (f": {said.reason}" if said.reason else "")


def _undo(said: responses.Response, done: Sequence[int], alone: bool) -> Undo:
    which = {"alerts": " ".join(map(str, done)), "answer": said.answer.value, "alone": "1" if alone else ""}
    return Undo(WITHDRAW, {**which, "author": said.author, "at": said.at.isoformat()})
