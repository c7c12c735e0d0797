"""What people say to an alert: acknowledge, snooze, reject, resolve. They answer an event, not a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    ACKNOWLEDGE = "acknowledge"  # somebody looks after it: no reminders, no escalation
    SNOOZE = "snooze"  # nothing more of it until a time
    REJECT = "reject"  # it was no alert
    RESOLVE = "resolve"  # it is over
    REOPEN = "reopen"  # takes all that was said before back


class Fault(StrEnum):
    """What is wrong with a rejected alert."""

    NOT_NEW = "not-new"
    NOT_RELEVANT = "not-relevant"
    WRONG = "wrong"


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

    def snoozed_until(self, now: datetime) -> datetime | None:
        """The end of a snooze that lasts."""
        until = self.snoozed.until if self.snoozed else None
        return until if until is not None and until > now else None


UNANSWERED = Standing()


def standing(responses: Iterable[Response]) -> Standing:
    """How an event stands after all that was said, in the order in which it was said."""
    now: dict[Answer, Response] = {}
    for response in responses:
        if response.answer is Answer.REOPEN:
            now.clear()
        else:
            now[response.answer] = response
    return Standing(
        now.get(Answer.ACKNOWLEDGE), now.get(Answer.SNOOZE), now.get(Answer.REJECT), now.get(Answer.RESOLVE)
    )
