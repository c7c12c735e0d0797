"""Senders beside apprise: a console for trying things out, and the choice among senders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from monitor.core.alerts import Message, Target
from monitor.errors import SendError
from monitor.notify.urls import scheme_of
from monitor.ports import Sender


class ConsoleSender:
    """Prints messages to a text stream: for the demo, and to try rules without an account."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    async def send(self, target: Target, message: Message) -> str:
        """Raises SendError when the stream is closed or broken."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        text = f"\n{message.title}\n{message.body}\n".encode(encoding, "replace").decode(encoding)
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise SendError(f"cannot print: {error}") from error
        return ""


class RoutingSender:
    """Picks the sender by the scheme of the target's URL; `default` for schemes that have none of their own."""

    def __init__(self, routes: Mapping[str, Sender], default: Sender):
        self._routes = dict(routes)
        self._default = default

    async def send(self, target: Target, message: Message) -> str:
        """Raises SendError as the chosen sender does."""
        return await self._routes.get(scheme_of(target.url), self._default).send(target, message)
