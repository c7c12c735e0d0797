"""What people say to an alert: acknowledge, snooze, reject, resolve. They answer an event, not a message; only what
an update of it said can be rejected by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Answer(StrEnum):
    ACKNOWLEDGE = "acknowledge"  # somebody looks after it: no reminders, no escalation
    SNOOZE = "snooze"  # nothing more of it until a time
    REJECT = "reject"  # it was no alert
    RESOLVE = "resolve"  # it is over
    REOPEN = "reopen"  # takes all that was said before back


class Fault(StrEnum):
    """What is wrong with a rejected alert. What each does to the baseline: `core.rejected`."""

    NOT_NEW = "not-new"  # true, and known before
    NOT_RELEVANT = "not-relevant"  # true, and not what the rule is about
    WRONG = "wrong"  # not what happened


_DONE = {
    Answer.ACKNOWLEDGE: "acknowledged",
    Answer.SNOOZE: "snoozed",
    Answer.REJECT: "rejected",
    Answer.RESOLVE: "resolved",
    Answer.REOPEN: "reopened",
}


@dataclass(frozen=True, slots=True)
class Response:
    """What one person said to one event. `via` says how: cli, link, web."""

    thread: str  # `Alert.thread`
    answer: Answer
    author: str
    at: datetime
    reason: str = ""
    until: datetime | None = None  # of a snooze
    fault: Fault | None = None  # of a rejection
    via: str = ""
    alert: str = ""  # the key of the update of which alone it speaks

    @property
    def words(self) -> str:
        """What was said, without who and when: `rejected as not new: known since Monday`."""
        said = _DONE[self.answer]
        if self.alert:
            said = f"update {self.alert.rpartition(':')[2]} {said}"
        if self.until is not None:
            said += f" until {self.until:%Y-%m-%d %H:%M} UTC"
        if self.fault is not None:
            said += f" as {self.fault.value.replace('-', ' ')}"
        return f"{said}: {self.reason}" if self.reason else said


@dataclass(frozen=True, slots=True)
class Standing:
    """How an event stands with people: of each answer the one that counts."""

    acknowledged: Response | None = None
    snoozed: Response | None = None  # its end may have passed
    rejected: Response | None = None
    resolved: Response | None = None

    @property
    def answered(self) -> Response | None:
        """The answer after which nobody needs to be reminded."""
        return self.rejected or self.resolved or self.acknowledged

    def words(self, now: datetime) -> str:
        """How it stands, in words: `rejected as wrong by Ann`."""
        lasting = self.snoozed if self.snoozed_until(now) else None
        said = [f"{one.words} ({one.author}, {one.at:%Y-%m-%d %H:%M} UTC)" for one in (self.answered, lasting) if one]
        return "; ".join(said) or "not answered"

    def snoozed_until(self, now: datetime) -> datetime | None:
        """The end of a snooze that lasts."""
        until = self.snoozed.until if self.snoozed else None
        return until if until is not None and until > now else None


UNANSWERED = Standing()

# Two ends of a snooze this close are those of two clicks on one button.
_ONE_CLICK = timedelta(minutes=1)


def says_nothing_new(response: Response, now: Standing) -> bool:
    """Is it what the same person said before, and does that still stand? `now`: of what it speaks."""
    if response.answer is Answer.REOPEN:
        return not (now.rejected and now.rejected.alert) if response.alert else now == UNANSWERED
    if now.snoozed and response.answer is not Answer.SNOOZE and not response.alert:
        return False  # it ends the snooze at least
    stands = {
        Answer.ACKNOWLEDGE: now.acknowledged,
        Answer.SNOOZE: now.snoozed,
        Answer.REJECT: now.rejected,
        Answer.RESOLVE: now.resolved,
    }[response.answer]
    if stands is None or (stands.author, stands.fault) != (response.author, response.fault):
        return False
    if stands.until and response.until and abs(response.until - stands.until) >= _ONE_CLICK:
        return False
    return response.reason in ("", stands.reason)


def standing(responses: Iterable[Response], alert: str = "") -> Standing:
    """How an event stands after all that was said, in the order in which it was said; with the key of one of its
    alerts, how that stands. Whatever is said to the event after a snooze ends it."""
    now: dict[Answer, Response] = {}
    alone: Response | None = None
    for response in responses:
        reopened = response.answer is Answer.REOPEN
        if response.alert:
            if response.alert == alert:
                alone = None if reopened else response
            continue
        now.pop(Answer.SNOOZE, None)
        if reopened:
            now.clear()
            alone = None
        else:
            now[response.answer] = response
    rejected = now.get(Answer.REJECT) or alone
    return Standing(now.get(Answer.ACKNOWLEDGE), now.get(Answer.SNOOZE), rejected, now.get(Answer.RESOLVE))


def speaks_of(answer: Answer, update: str, said: Iterable[Response]) -> str:
    """The key of the update of which alone this answer to it speaks; "" where it speaks of the whole event, as all do
    but a rejection, and what takes that back. `update`: "" for an alert that is none."""
    if answer is Answer.REJECT:
        return update
    rejected = standing(said, update).rejected
    return update if answer is Answer.REOPEN and rejected and rejected.alert else ""
