"""A stored outbox on either database, a clock in the hand, receivers on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlalchemy.engine import Engine

from monitor.core.alerts import Alert, Delivery, Purpose
from monitor.core.model import Article, Evidence, Zone
from monitor.store import judging, rows, tables
from monitor.store.dialect import add_missing
from monitor.store.sql import SqlStore
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


class Box:
    """A stored outbox, and what tests want to do with it and to see of it."""

    def __init__(self, store: SqlStore, engine: Engine, clock: Clock):
        self.outbox, self.engine, self._clock = store, engine, clock

    def add(self, alert: Alert, places: Sequence[tuple[str, str]]) -> None:
        with self.engine.begin() as connection:
            add_missing(connection, tables.article, [rows.article_to(_article(alert))])
            judging.add_alert(connection, alert, places, self._clock())

    def found(self, purpose: Purpose = Purpose.ALERT) -> dict[tuple[str, str, str], Delivery]:
        """{(alert key, channel, target): Delivery} as stored; of reminders the last."""
        query = sa.select(tables.delivery, tables.alert.c.key).join(tables.alert).order_by(tables.delivery.c.id)
        with self.engine.connect() as connection:
            found = [rows.delivery_from(row, row["key"]) for row in connection.execute(query).mappings()]
        return {(row.alert_key, row.channel, row.target): row for row in found if row.purpose is purpose}


def _article(alert: Alert) -> Article:
    return Article(
        alert.article_id, alert.article_title, "", alert.published, alert.first_seen, alert.language, alert.outlet
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(store: SqlStore, engine: Engine, clock: Clock) -> Box:
    return Box(store, engine, clock)


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
