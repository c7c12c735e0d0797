"""`watchlists/channels.yaml`: where alerts go. The secrets in its addresses come from outside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, Field

from monitor.core import signing
from monitor.core.alerts import Target
from monitor.core.channels import ChannelPolicy, Schedule
from monitor.core.routing import NOWHERE, Route
from monitor.errors import Problem
from monitor.watchlists.checking import check
from monitor.watchlists.fields import Identifier, Names, Strict, Version, member_of, objection
from monitor.watchlists.routes import RouteModel, make_routes, route_problems
from monitor.watchlists.timing import HeartbeatModel, TimingModel, Zone, escalation_problems
from monitor.watchlists.wording import nearest, shown
from monitor.watchlists.yamlfile import Document

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
_SCHEME = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})://.|\$\{[A-Za-z_][A-Za-z0-9_]*\}$|console://$"
)
_USER = re.compile(r"(?<=://)[^/?]*(?=@)")
_PASSWORD = re.compile(r"://[^/?@]*:[^/?@]*[^\0/?@][^/?@]*@")
_SECRET_PARAMETER = re.compile(r"[?&](?:pass|password|token|key|apikey|secret)=[^\0&]", re.IGNORECASE)
_LONG_PART = re.compile(r"[A-Za-z0-9_-]{20,}", re.ASCII)
_WRITTEN_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"']+")

# Addresses of these kinds hold no secret unless a part of them looks like one.
_OPEN_SCHEMES = frozenset(
    (
        *("console", "json", "jsons", "webhook", "webhooks", "xml", "xmls", "form", "forms", "mailto", "mailtos"),
        *("syslog", "dbus", "gnome"),
    )
)


def looks_secret(url: str) -> bool:
    """Whether something in the address, outside `${NAME}`, seems to be a password or token."""
    bare = _VARIABLE.sub("\0", url)
    scheme = bare.partition("://")[0].lower()
    closed = scheme not in _OPEN_SCHEMES and "\0" not in bare
    token = any(re.search("[0-9]", part) and re.search("[A-Za-z]", part) for part in _LONG_PART.findall(bare))
    return closed or token or bool(_PASSWORD.search(bare)) or bool(_SECRET_PARAMETER.search(bare))


def without_secrets(text: str) -> str:
    """The text of a channels.yaml, fit to be kept: addresses that look like secrets are left out. None does where the
    file is right."""
    return _WRITTEN_ADDRESS.sub(lambda found: "SECRET-LEFT-OUT" if looks_secret(found[0]) else found[0], text)


def _target_address(value: str) -> str:
    if "$" in _VARIABLE.sub("", value):
        raise objection("“$” begins no variable here", "write ${NAME}, with letters, digits and _")
    if not _SCHEME.match(value):
        raise objection("expected an address such as console:// or ${SLACK_URL}")
    if looks_secret(value):
        hint = "put the address, or what is secret in it, in the environment and write ${NAME}"
        raise objection("this looks like a secret: secrets never stand in YAML", hint)
    return value


class TargetModel(Strict):
    name: Identifier
    url: Annotated[str, AfterValidator(_target_address)]


class Preference(StrEnum):
    """What is worse, where nobody knows whether a message arrived."""

    DOUBLE = "double"
    MISS = "miss"


class ChannelModel(TimingModel):
    targets: list[TargetModel] = Field(min_length=1)
    prefer: Annotated[Preference, member_of(Preference)] = Preference.DOUBLE


class ChannelsFile(Strict):
    """`watchlists/channels.yaml`."""

    version: Version
    default: list[Identifier] = Field(min_length=1)
    channels: dict[Identifier, ChannelModel]
    routes: list[RouteModel] = Field(default=[])
    zone: Zone | None = None
    heartbeat: HeartbeatModel | None = None
    announce: Names | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When the monitor says that all is well, and to which channels."""

    schedule: Schedule
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channels:
    """Channels by name. One whose targets all lack their secret is there, and empty.

    `names` are all that the file defines, with mistakes or without; None when they are not known. `announce` are those
    that are told of every edition; `digests` tell two files apart: of each channel as it is written, without its
    secrets, and of the rest.
    """

    targets: Mapping[str, tuple[Target, ...]]
    routes: Route = NOWHERE
    names: frozenset[str] | None = None
    warnings: tuple[Problem, ...] = ()
    written: tuple[RouteModel, ...] = ()
    heartbeat: Heartbeat | None = None
    announce: tuple[str, ...] = ()
    digests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_channels(document: Document, secrets: Mapping[str, str], templates: Collection[str] = ()) -> Channels:
    """The channels with their secrets filled in; what is wrong goes to `document.problems`. `templates`: those that
    there are."""
    defined = document.root.child("channels") if document.root else None
    names = frozenset(defined.value) if defined and isinstance(defined.value, dict) else None
    file = check(ChannelsFile, document)
    if file is None:
        return Channels({}, names=names)
    for index, name in enumerate(file.default):
        if names is not None and name not in names:
            message, hint = f"there is no channel {shown(name)}", nearest(name, names)
            document.problems.append(document.problem(("default", index), message, hint))
    targets: dict[str, tuple[Target, ...]] = {}
    warnings: list[Problem] = []
    for channel, model in file.channels.items():
        targets[channel] = _fill(channel, model, model.policy(file.zone), secrets, document, warnings)
    document.problems += _template_problems(file, document, templates)
    if names is not None:
        document.problems += route_problems(file.routes, document, names)
        document.problems += escalation_problems(dict(file.channels), document, names)
        document.problems += _unknown_channels(
            ("heartbeat", "to"), file.heartbeat.to if file.heartbeat else (), document, names
        )
        document.problems += _unknown_channels(("announce",), file.announce or (), document, names)
    routes = Route(tuple(file.default), routes=make_routes(file.routes, document))
    return Channels(
        targets,
        routes,
        names,
        tuple(warnings),
        tuple(file.routes),
        _heartbeat(file),
        tuple(file.announce or ()),
        _digests(file),
    )


def _digests(file: ChannelsFile) -> dict[str, dict[str, str]]:
    return {
        "channel": {name: _digest((model, file.zone)) for name, model in file.channels.items()},
        "routes": {"routes": _digest((file.default, file.routes))},
        "own messages": {"own messages": _digest((file.heartbeat, file.announce, file.zone))},
    }


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _template_problems(file: ChannelsFile, document: Document, templates: Collection[str]) -> Iterator[Problem]:
    for channel, model in file.channels.items():
        if model.template and model.template not in templates:
            hint = nearest(model.template, templates) or f"write templates/{model.template}.FORMAT.j2 beside this file"
            message = f"there is no template {shown(model.template)}"
            yield document.problem(("channels", channel, "template"), message, hint)


def _heartbeat(file: ChannelsFile) -> Heartbeat | None:
    beat = file.heartbeat
    return Heartbeat(Schedule(beat.at, beat.days, beat.zone or file.zone or UTC), tuple(beat.to)) if beat else None


def _unknown_channels(
    path: tuple[str, ...], written: Collection[str], document: Document, names: Collection[str]
) -> Iterator[Problem]:
    for place, name in enumerate(written):
        if name not in names:
            yield document.problem((*path, place), f"there is no channel {shown(name)}", nearest(name, names))


def _fill(
    channel: str,
    model: ChannelModel,
    policy: ChannelPolicy,
    secrets: Mapping[str, str],
    document: Document,
    warnings: list[Problem],
) -> tuple[Target, ...]:
    filled: list[Target] = []
    names: set[str] = set()
    for index, target in enumerate(model.targets):
        path = ("channels", channel, "targets", index)
        if target.name in names:
            message = f"the channel has two targets {shown(target.name)}"
            document.problems.append(document.problem((*path, "name"), message, "give one of them another name"))
        names.add(target.name)
        missing = missing_secrets(target.url, secrets)
        if missing:
            message = (
                f"target {shown(target.name)} of channel {shown(channel)} is off: no value for {', '.join(missing)}"
            )
            hint = "set it in the environment, in .env or as a Docker secret"
            warnings.append(document.problem((*path, "url"), message, hint))
            continue
        doubles = model.prefer is Preference.DOUBLE
        address = _with_secrets(target.url, secrets)
        if said := signing.objection(address):
            message = f"target {shown(target.name)} of channel {shown(channel)}: {said}"
            document.problems.append(document.problem((*path, "url"), message, signing.HINT))
        filled.append(Target(channel, target.name, address, doubles=doubles, policy=policy))
    return tuple(filled)


def missing_secrets(url: str, secrets: Mapping[str, str]) -> list[str]:
    """The names in an address for which there is no value."""
    return [name for name in _VARIABLE.findall(url) if not secrets.get(name)]


def _with_secrets(url: str, secrets: Mapping[str, str]) -> str:
    """A user's name and password may hold characters that would end them early: those are escaped."""

    def escaped(user: re.Match[str]) -> str:
        return _VARIABLE.sub(lambda name: quote(secrets[name[1]], safe=""), user[0])

    return _VARIABLE.sub(lambda name: secrets[name[1]], _USER.sub(escaped, url))
