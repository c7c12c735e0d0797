"""Channels at whose other end a receiver stands: for the contract that all channels keep."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from tests.receivers.base import HttpReceiver, Mood, Shown
from tests.receivers.mail import Mail
from tests.receivers.ntfy import Hook, Ntfy
from tests.receivers.slack import Slack
from tests.receivers.telegram import Telegram
from tests.receivers.webhook import FORMER, SECRET, SignedHook


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Reached:
    """A channel by what a subclass says of it: its `receiver`, its URL at a port, and how it is refused."""

    receiver: Any
    secrets: tuple[str, ...] = ()
    tells_pause = True

    def url_at(self, port: int) -> str:
        raise NotImplementedError

    def refusing(self) -> Any:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return self.url_at(self.receiver.port)

    @property
    def mood(self) -> Mood:
        return self.receiver.mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        self.receiver.mood = mood

    def shown(self) -> list[Shown]:
        return list(self.receiver.shown)

    @contextmanager
    def busy(self, seconds: int) -> Iterator[None]:
        self.receiver.busy = seconds
        yield
        self.receiver.busy = None

    @contextmanager
    def deserted(self) -> Iterator[str]:
        yield self.url_at(closed_port())


@contextmanager
def _set(thing: Any, name: str, value: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thing, name, value)
        yield


class HookChannel(Reached):
    secrets = ("hunter2path", "hunter2pass")

    def __init__(self, receiver: Hook):
        self.receiver = receiver

    def url_at(self, port: int) -> str:
        return f"json://desk:hunter2pass@127.0.0.1:{port}{Hook.path}"

    def refusing(self) -> Any:
        return _set(self.receiver, "path", "/elsewhere")


class SignedHookChannel(Reached):
    secrets = ("hunter2path", SECRET.removeprefix("whsec_"), FORMER.removeprefix("whsec_"))

    def __init__(self, receiver: SignedHook):
        self.receiver = receiver

    def url_at(self, port: int) -> str:
        return f"webhook://127.0.0.1:{port}{SignedHook.path}?secret={SECRET}&secret={FORMER}"

    def refusing(self) -> Any:
        return _set(self.receiver, "gone", True)


class NtfyChannel(Reached):
    secrets = ("hunter2topic",)

    def __init__(self, receiver: Ntfy):
        self.receiver = receiver

    def url_at(self, port: int) -> str:
        return f"ntfy://127.0.0.1:{port}/desk_hunter2topic"

    def refusing(self) -> Any:
        return _set(self.receiver, "topic", "another")


class _Moved(Reached):
    """A service whose address apprise keeps in its plug-in and not in the channel's URL."""

    plugin: Any
    attribute: str
    path: str
    address: str  # the channel's URL

    def __init__(self, receiver: HttpReceiver, patch: pytest.MonkeyPatch):
        self.receiver = receiver
        patch.setattr(self.plugin, self.attribute, receiver.url + self.path)

    def url_at(self, port: int) -> str:
        return self.address

    @contextmanager
    def deserted(self) -> Iterator[str]:
        with _set(self.plugin, self.attribute, f"http://127.0.0.1:{closed_port()}{self.path}"):
            yield self.address


class SlackChannel(_Moved):
    plugin, attribute, path = NotifySlack, "webhook_url", "/services"
    address = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk"
    secrets = ("T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ")

    def refusing(self) -> Any:
        return _set(self.receiver, "gone", True)


class TelegramChannel(_Moved):
    plugin, attribute, path = NotifyTelegram, "notify_url", "/bot"
    address = "tgram://123456789:abcdefg_hijklmnopqrstuvwxyzABCDEFGH/-1001234/"
    secrets = ("123456789", "abcdefg_hijklmnopqrstuvwxyzABCDEFGH")

    def refusing(self) -> Any:
        return _set(self.receiver, "blocked", True)


class MailChannel(Reached):
    secrets = ("hunter2pass",)
    tells_pause = False

    def __init__(self, receiver: Mail):
        self.receiver = receiver

    def url_at(self, port: int) -> str:
        return f"mailto://127.0.0.1:{port}?from=monitor@desk.example&to=night@desk.example&mode=insecure"

    def refusing(self) -> Any:
        return _set(self.receiver, "refusal", "550 5.1.1 no such mailbox")

    def busy(self, seconds: int) -> Any:
        return _set(self.receiver, "refusal", "450 4.2.0 greylisted, come back later")


@contextmanager
def hook() -> Iterator[HookChannel]:
    with Hook() as receiver:
        yield HookChannel(receiver)


@contextmanager
def signed_hook(*, remembers: bool = True) -> Iterator[SignedHookChannel]:
    with SignedHook(remembers=remembers) as receiver:
        yield SignedHookChannel(receiver)


@contextmanager
def ntfy() -> Iterator[NtfyChannel]:
    with Ntfy() as receiver:
        yield NtfyChannel(receiver)


@contextmanager
def slack() -> Iterator[SlackChannel]:
    with pytest.MonkeyPatch.context() as patch, Slack() as receiver:
        yield SlackChannel(receiver, patch)


@contextmanager
def telegram() -> Iterator[TelegramChannel]:
    with pytest.MonkeyPatch.context() as patch, Telegram() as receiver:
        yield TelegramChannel(receiver, patch)


@contextmanager
def mail() -> Iterator[MailChannel]:
    with Mail() as receiver:
        yield MailChannel(receiver)
