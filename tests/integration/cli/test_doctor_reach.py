"""`monitor doctor` on whether people are reached and can answer: the links in messages, the targets, the answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.model import Severity
from monitor.core.ourselves import own_alert
from monitor.core.responses import Answer, Response
from monitor.core.routing import Routing
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.web.app import build_app
from monitor.web.links import SignedLinks
from monitor.web.serving import WebServer
from tests.integration.cli.conftest import CHANNELS, Desk
from tests.integration.web.conftest import InForce, make_site
from tests.receivers.channels import closed_port
from tests.servers import Outlets

KEY = "k" * 40
MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An empty database, and a channel with one target that can be used."""
    url = f"sqlite:///{desk.folder}/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    desk.write("watchlists/channels.yaml", CHANNELS)
    desk.run("db", "upgrade")
    engine = create_engine(url)
    yield engine
    engine.dispose()


def found(desk: Desk, about: str, *options: str) -> list[tuple[str, str]]:
    """Level and words of the findings with `about` in them."""
    report = desk.run("doctor", "--json", *options)
    assert KEY not in report.out
    return [(item["level"], item["what"]) for item in report.data if about in item["what"]]


# --- the links in messages -------------------------------------------------------------------


@contextmanager
def served(engine: Engine, desk: Desk, key: str) -> Iterator[str]:
    """The pages to answer by, as the daemon serves them: their address."""
    loop = asyncio.new_event_loop()
    links = SignedLinks("", key, timedelta(days=7))
    site = make_site(engine, SqlStore(engine), links, lambda: datetime.now(UTC), InForce(desk.folder))
    server = WebServer(build_app(site), "127.0.0.1", 0)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(30)
    try:
        yield server.address
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


@pytest.fixture
def linked(desk: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("MONITOR_LINK_KEY", KEY)
    monkeypatch.setenv("MONITOR_PUBLIC_URL", "https://monitor.invalid")
    return desk


def at(address: str, monkeypatch: pytest.MonkeyPatch, public: str = "") -> None:
    monkeypatch.setenv("MONITOR_WEB_PORT", address.rpartition(":")[2])
    monkeypatch.setenv("MONITOR_PUBLIC_URL", public or address)


def test_without_a_public_address_messages_have_no_link(desk: Desk, engine: Engine) -> None:
    assert found(desk, "no link to") == [("warn", "messages have no link to answer by")]


def test_a_key_that_is_not_made_yet_is_told_and_not_made(linked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONITOR_LINK_KEY")
    ((level, words),) = found(linked, "key of the links")
    assert (level, words.startswith("there is no key of the links yet")) == ("warn", True)
    assert not (linked.folder / "link.key").exists()


def test_a_key_that_cannot_be_used_is_a_fault(linked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONITOR_LINK_KEY")
    linked.write("link.key", "short\n")
    assert [level for level, _ in found(linked, "the key of the links is too short")] == ["fail"]


def test_pages_that_read_a_link_made_now_are_well_here_and_under_the_public_address(
    linked: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(engine, linked, KEY) as address:
        at(address, monkeypatch)
        expected = ("ok", f"the pages to answer by are served on {address}, and links that are made now are read")
        assert found(linked, "the pages") == [expected] * 2
        assert found(linked, "the pages", "--offline") == []


def test_a_public_address_that_is_not_reached_from_here_is_a_warning(
    linked: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(engine, linked, KEY) as address:
        at(address, monkeypatch, f"http://127.0.0.1:{closed_port()}")
        assert [level for level, _ in found(linked, "the pages")] == ["ok", "warn"]


def test_pages_with_another_key_are_a_fault(linked: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(engine, linked, "another" * 6) as address:
        at(address, monkeypatch)
        ((level, words),) = found(linked, "the pages")
    assert (level, "another key" in words) == ("fail", True)


def test_pages_that_nobody_serves_are_a_warning(linked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    at(f"http://127.0.0.1:{closed_port()}", monkeypatch)
    ((level, words),) = found(linked, "the pages")
    assert (level, "are not reached" in words) == ("warn", True)


def test_what_answers_on_their_port_and_is_something_else_is_a_fault(
    linked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Outlets() as other:
        at(other.url, monkeypatch)
        ((level, words),) = found(linked, "the pages")
    assert (level, words.startswith("something else")) == ("fail", True)


# --- targets and answers ---------------------------------------------------------------------


def tell(engine: Engine, name: str) -> int:
    """An alert for the screen, whose delivery is claimed: its number."""
    store, now = SqlStore(engine), datetime.now(UTC)
    routing = Routing((), "")
    alert = own_alert("sinkings", "", f"sinkings:{name}", Severity.HIGH, f"Ferry {name} sank", "", (), now, routing)
    store.tell(alert, [("oncall", "screen")], (), ())
    store.claim(now, now + MINUTE, 10)
    with engine.connect() as connection:
        return int(connection.execute(sa.text("select max(id) from delivery")).scalar_one())


def test_a_target_says_whether_it_ever_took_a_message(desk: Desk, engine: Engine) -> None:
    place = "channel oncall, target screen"
    assert "nothing was sent there yet" in found(desk, place)[0][1]
    SqlStore(engine).sent(tell(engine, "Teal"), datetime.now(UTC))
    ((level, words),) = found(desk, place)
    assert (level, "can be used; it took its last message on 20" in words) == ("ok", True)


def test_a_target_that_takes_nothing_is_a_warning_also_after_better_days(desk: Desk, engine: Engine) -> None:
    place = "channel oncall, target screen"
    store, now = SqlStore(engine), datetime.now(UTC)
    store.retry(tell(engine, "Teal"), now, now + 9 * MINUTE, "HTTP 500", False)
    assert found(desk, place) == [("warn", f"{place} has taken no message yet, though some were due")]
    store.sent(tell(engine, "Heron"), now - MINUTE)
    ((level, words),) = found(desk, place)
    assert (level, words.startswith(f"{place} has taken no message since 20")) == ("warn", True)


def test_alerts_that_nobody_ever_answers_are_a_warning_until_one_is(desk: Desk, engine: Engine) -> None:
    store, now = SqlStore(engine), datetime.now(UTC)
    for number in range(9):
        store.sent(tell(engine, str(number)), now)
    assert found(desk, "has answered") == []
    store.sent(tell(engine, "9"), now)
    assert found(desk, "has answered") == [("warn", "nobody has answered any of the 10 alerts of the last 30 days")]
    thread = Views(engine).alerts(None, None, 1)[0].alert.thread
    assert store.respond(Response(thread, Answer.ACKNOWLEDGE, "Ann", now, "", None, None, "cli"), now)
    assert found(desk, "has answered") == []
