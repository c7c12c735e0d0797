"""What `channels.yaml` says of times: quiet hours, digests, groups, reminders, escalation, the heartbeat."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, time, timedelta, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from monitor.core.channels import (
    DAYS,
    EVERY_DAY,
    ChannelPolicy,
    Digest,
    Escalating,
    Grouping,
    QuietHours,
    Reminding,
    Schedule,
)
from monitor.core.model import Severity
from monitor.errors import Problem
from monitor.watchlists.fields import (
    Duration,
    Identifier,
    Names,
    Strict,
    alternatives,
    any_of,
    member_of,
    objection,
    shape,
)
from monitor.watchlists.wording import found, nearest, one_of, shown
from monitor.watchlists.yamlfile import Document, PathKey

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)


def _time(value: object) -> time:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise objection(f"expected a time of day such as 07:30, found {found(value)}")
    return time(int(match[1]), int(match[2]))


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, str) and value in available_timezones():  # of any other name it may look for a file
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            pass
    hint = nearest(value, available_timezones()) if isinstance(value, str) else ""
    raise objection(f"expected a time zone such as Asia/Baku or UTC, found {found(value)}", hint)


def _days(value: object) -> object:
    """mon-fri, "mon | wed" or a list of names → numbers, Monday 0."""
    if isinstance(value, str) and (span := re.fullmatch(r"([a-z]{3})-([a-z]{3})", value)):
        first, last = (_day(name) for name in span.groups())
        return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
    names = alternatives(value)
    return frozenset(_day(name) for name in names) if isinstance(names, list) and names else names


def _day(name: object) -> int:
    if name not in DAYS:
        raise objection(f"expected a day, {one_of(DAYS)}, found {found(name)}", "or several: mon-fri")
    return DAYS.index(str(name))


_DAYS_SHAPE = WithJsonSchema({
    "anyOf": [
        {"type": "string", "pattern": f"^\\s*({'|'.join(DAYS)})(\\s*[-|]\\s*({'|'.join(DAYS)}))*\\s*$"},
        {"type": "array", "items": {"enum": [*DAYS]}, "minItems": 1},
    ]
})  # fmt: skip
Time = Annotated[time, BeforeValidator(_time), shape(pattern="^([01]?[0-9]|2[0-3]):[0-5][0-9]$")]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), shape()]
Days = Annotated[frozenset[int], BeforeValidator(_days), _DAYS_SHAPE]
Severities = Annotated[
    list[Annotated[Severity, member_of(Severity)]], BeforeValidator(alternatives), any_of(enum=[*map(str, Severity)])
]


class QuietModel(Strict):
    begin: Time = Field(alias="from")
    end: Time = Field(alias="to")
    days: Days = EVERY_DAY
    let_through: Severities = Field(default=[])

    @model_validator(mode="after")
    def lasts(self) -> QuietModel:
        if self.begin == self.end:
            raise objection("quiet hours that end when they begin", "for the whole day write a digest")
        return self


class DigestModel(Strict):
    at: Time
    days: Days = EVERY_DAY
    let_through: Severities = Field(default=[])


class GroupModel(Strict):
    wait: Duration | None = None
    interval: Duration = timedelta(minutes=5)
    storm: int = Field(default=10, ge=2)


class RemindModel(Strict):
    every: Duration
    most: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def leaves_time(self) -> RemindModel:
        if self.every < timedelta(minutes=1):
            raise objection("a reminder more than once a minute leaves no time to answer", "write every: 15m")
        return self


class EscalateModel(Strict):
    after: Duration
    to: Names


class HeartbeatModel(Strict):
    """When operators hear that all is well."""

    at: Time
    to: Names
    days: Days = EVERY_DAY
    zone: Zone | None = None


class TimingModel(Strict):
    """The keys that every channel may have."""

    zone: Zone | None = None
    quiet: QuietModel | None = None
    digest: DigestModel | None = None
    group: GroupModel | None = None
    per_minute: int = Field(default=0, ge=0)
    remind: RemindModel | None = None
    escalate: EscalateModel | None = None
    template: Identifier | None = None

    def policy(self, default: tzinfo | None) -> ChannelPolicy:
        zone = self.zone or default or UTC
        quiet, digest, group = self.quiet, self.digest, self.group
        return ChannelPolicy(
            zone=zone,
            quiet=QuietHours(quiet.begin, quiet.end, quiet.days, frozenset(quiet.let_through)) if quiet else None,
            digest=Digest(Schedule(digest.at, digest.days, zone), frozenset(digest.let_through)) if digest else None,
            group=Grouping(group.wait or timedelta(), group.interval, group.storm) if group else Grouping(),
            per_minute=self.per_minute,
            remind=Reminding(self.remind.every, self.remind.most) if self.remind else None,
            escalate=Escalating(self.escalate.after, tuple(self.escalate.to)) if self.escalate else None,
            template=self.template or "",
        )


def escalation_problems(
    channels: dict[Identifier, TimingModel], document: Document, names: Collection[str]
) -> Iterator[Problem]:
    """Escalations to channels that do not exist, and to the channel itself."""
    for channel, model in channels.items():
        for place, name in enumerate(model.escalate.to if model.escalate else ()):
            path: tuple[PathKey, ...] = ("channels", channel, "escalate", "to", place)
            if name not in names:
                yield document.problem(path, f"there is no channel {shown(name)}", nearest(name, names))
            elif name == channel:
                yield document.problem(path, "a channel cannot escalate to itself", "use remind for that")
