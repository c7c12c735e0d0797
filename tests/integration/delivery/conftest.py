"""An outbox in memory, a clock in the hand, receivers on loopback.

The tests know the outbox only through the fixture `box`: override it to run them on a real store.
It offers `box.outbox` (the port), `box.add(alert, [(channel, target), …])` and
`box.found()`, which gives {(alert key, channel, target): Delivery} as stored.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from monitor.core.alerts import Alert, Delivery, DeliveryState
from monitor.core.model import Evidence, Zone
from tests.making import ALERT

START = datetime(2026, 11, 20, 21, 7, tzinfo=UTC)


@dataclass
class Clock:
    """`clock()` is now; it stands still until it is told to go on."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class MemoryBox:
    """An outbox by hand, with leases as the port describes them."""

    rows: dict[int, tuple[Delivery, Alert]] = field(default_factory=dict)

    @property
    def outbox(self) -> MemoryBox:
        return self

    def add(self, alert: Alert, places: Sequence[tuple[str, str]]) -> None:
        for channel, target in places:
            number = len(self.rows) + 1
            delivery = Delivery(number, alert.key, channel, target, DeliveryState.PENDING, 0, alert.created_at)
            self.rows[number] = (delivery, alert)

    def found(self) -> dict[tuple[str, str, str], Delivery]:
        return {(row.alert_key, row.channel, row.target): row for row, _ in self.rows.values()}

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> list[tuple[Delivery, Alert]]:
        open_states = {DeliveryState.PENDING, DeliveryState.SENDING}
        due = [
            (delivery, alert)
            for delivery, alert in self.rows.values()
            if delivery.state in open_states and delivery.next_at is not None and delivery.next_at <= now
        ][:limit]
        for delivery, alert in due:
            claimed = replace(
                delivery,
                state=DeliveryState.SENDING,
                attempts=delivery.attempts + 1,
                next_at=lease_until,
            )
            self.rows[delivery.id] = (claimed, alert)
        return [self.rows[delivery.id] for delivery, _ in due]

    def _set(self, delivery_id: int, **changes: Any) -> None:
        delivery, alert = self.rows[delivery_id]
        self.rows[delivery_id] = (replace(delivery, **changes), alert)

    def begin(self, delivery_id: int) -> None:
        self._set(delivery_id, doubtful=True)

    def sent(self, delivery_id: int, now: datetime) -> None:
        self._set(delivery_id, state=DeliveryState.SENT, next_at=None, error="")

    def retry(self, delivery_id: int, now: datetime, next_at: datetime, error: str, doubtful: bool) -> None:
        self._set(delivery_id, state=DeliveryState.PENDING, next_at=next_at, error=error, doubtful=doubtful)

    def unknown(self, delivery_id: int, now: datetime, error: str) -> None:
        self._set(delivery_id, state=DeliveryState.UNKNOWN, next_at=None, error=error)

    def failed(self, delivery_id: int, now: datetime, error: str) -> None:
        self._set(delivery_id, state=DeliveryState.FAILED, next_at=None, error=error)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box() -> MemoryBox:
    return MemoryBox()


@pytest.fixture
def alert() -> Alert:
    return replace(
        ALERT,
        headline="Arms embargo: considering → lifted — <b>Fərman</b> & imza",
        created_at=START,
        article_title="<b>Fərman</b> & imza",
        published=START,
        first_seen=START,
        evidence=(Evidence("<!channel> @everyone *fərman* imzalanıb.", 0, 10, Zone.LEAD),),
    )


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Mailbox:
    """An aiosmtpd handler that keeps what it is given; `refusal` is its answer to recipients, if set."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.refusal = ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def]
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        self.letters.append(envelope.content)
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server on loopback: its letters, and its port."""
    handler = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()
