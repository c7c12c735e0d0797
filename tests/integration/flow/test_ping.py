"""The dead-man's ping, to a real server: sent while all is well, and what keeps it back is logged once."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor import daemon, logs
from monitor.app import App, build
from monitor.app.pinging import Ping
from monitor.core.pulse import Job
from monitor.daemon import Daemon
from monitor.errors import FetchError, StoreError
from monitor.fetch.ping import Pinger
from tests import desk as words
from tests.desk import story
from tests.integration.flow.test_app import make, settings
from tests.receivers.healthchecks import MOST, SLUG, UUID, Healthchecks
from tests.servers import Answer, Outlets, Receiver, Server

SECRET = "/ping/5ee8f2ac-check"


class Switch(Server):
    """A dead-man's switch that notes each ping."""

    def __init__(self) -> None:
        super().__init__()
        self.pings: list[tuple[str, str]] = []
        self.answer = Answer(b"OK")

    @property
    def address(self) -> str:
        return self.url + SECRET

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        self.pings.append((request.path, request.headers["User-Agent"]))
        if self.answer.hold is not None:
            self.answer.hold.wait(60)
        request.send_response(self.answer.status)
        for name, value in {"Content-Length": str(len(self.answer.body)), **self.answer.headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(self.answer.body)


@pytest.fixture
def switch() -> Iterator[Switch]:
    with Switch() as switch:
        yield switch


# --- one ping --------------------------------------------------------------------------------


async def test_a_ping_is_one_get_with_our_name(switch: Switch):
    await Pinger(switch.address, "newswatch-monitor/1")()
    assert switch.pings == [(SECRET, "newswatch-monitor/1")]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(b"", 500), "the server answered 500"),
        (Answer(b"", 404), "the server answered 404"),
        (Answer(b"", 302, headers={"Location": "/elsewhere"}), "the server answered 302"),
    ],
)
async def test_what_is_no_success_is_an_error_and_no_redirect_is_followed(switch: Switch, answer: Answer, why: str):
    switch.answer = answer
    with pytest.raises(FetchError) as raised:
        await Pinger(switch.address, "monitor")()
    assert str(raised.value) == why
    assert len(switch.pings) == 1


async def test_a_switch_that_does_not_answer_is_given_up(switch: Switch):
    held = threading.Event()
    switch.answer = Answer(hold=held)
    with pytest.raises(FetchError, match=r"no answer within 0\.2 s"):
        await Pinger(switch.address, "monitor")(timeout=0.2)
    held.set()


@pytest.mark.parametrize("address", ["http://127.0.0.1:PORT/5ee8f2ac", "http://nowhere.invalid/5ee8f2ac"])
async def test_no_error_shows_the_address(address: str):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError) as raised:
        await Pinger(address.replace("PORT", str(port)), "monitor")(timeout=5.0)
    shown = f"{raised.value!r} {raised.value.__cause__!r}"
    assert "5ee8f2ac" not in shown
    assert "nowhere" not in shown


# --- as Healthchecks judges it ---------------------------------------------------------------


@pytest.mark.parametrize("hosted", [False, True])
@pytest.mark.parametrize("path", [UUID, SLUG])
async def test_a_ping_counts_at_a_check(hosted: bool, path: str):
    with Healthchecks(hosted=hosted) as switch:
        await Pinger(switch.url + path, "monitor")()
    assert (switch.check.counted, switch.check.failed) == (1, 0)
    assert switch.check.asked == [("GET", path)]


async def test_a_check_that_its_ping_makes_is_a_success():
    with Healthchecks(known=False) as switch:
        await Pinger(f"{switch.url}{SLUG}?create=1", "monitor")()
    assert switch.check.counted == 1


@pytest.mark.parametrize(
    ("path", "kind", "why"),
    [
        (UUID, {"known": False}, "the server answered 404"),
        (UUID, {"known": False, "hosted": True}, "the server answered 200, but “not found”: it did not count"),
        (SLUG, {"known": False, "hosted": True}, "the server answered 404"),
        (SLUG, {"namesakes": True}, "the server answered 409"),
    ],
)
async def test_a_check_that_there_is_not_is_an_error_also_where_the_answer_is_200(path: str, kind: dict, why: str):
    """Else a mistake in the address would be a switch that nobody holds, and no line in the log."""
    with Healthchecks(**kind) as switch, pytest.raises(FetchError) as raised:
        await Pinger(switch.url + path, "monitor")()
    assert str(raised.value) == why
    assert switch.check.counted == 0


@pytest.mark.parametrize(("path", "why"), [(UUID, "“rate limited”"), (SLUG, "429")])
async def test_pings_that_come_too_often_are_told_as_not_counted(path: str, why: str):
    with Healthchecks(hosted=True) as switch:
        ping = Pinger(switch.url + path, "monitor")
        for _ in range(MOST):
            await ping()
        with pytest.raises(FetchError, match=why):
            await ping()
    assert switch.check.counted == MOST


async def test_an_answer_without_an_end_is_not_read_to_its_end(switch: Switch):
    switch.answer = Answer(b"OK" + b" " * 5_000_000)
    await Pinger(switch.address, "monitor")()


# --- whether to ping -------------------------------------------------------------------------


@pytest.fixture
async def app(folder: Path, outlets: Outlets, url: str, switch: Switch):
    words.write(folder, *words.WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels={"c": "console://"})
    outlets.publish("harbour", *story("zorbium"))
    app = build(settings(folder, url, ping_url=switch.address, ping_every=1), console=io.StringIO(), secrets={})
    yield app
    await app.close()


def jobs(app: App, ago: float = 0.0) -> list[Job]:
    return [Job("judge", app.now() - timedelta(seconds=ago), timedelta(seconds=60))]


async def test_it_pings_while_all_is_well(app: App, switch: Switch):
    assert app.ping is not None
    assert await app.ping.beat(jobs(app))
    assert len(switch.pings) == 1


async def test_it_does_not_while_a_job_is_stuck_and_says_so_once(app: App, switch: Switch):
    with capture_logs() as told:
        assert not await app.ping.beat(jobs(app, 120))
        assert not await app.ping.beat(jobs(app, 180))
        assert await app.ping.beat(jobs(app))
    assert [line["event"] for line in told] == ["ping", "ping arrives again"]
    assert told[0]["problem"] == "not sent: judge has not succeeded for 2 min"
    assert len(switch.pings) == 1


async def test_a_ping_that_does_not_arrive_is_one_warning(app: App, switch: Switch):
    switch.answer = Answer(b"", 503)
    with capture_logs() as told:
        for _ in range(3):
            assert not await app.ping.beat(jobs(app))
    (line,) = told
    assert (line["log_level"], line["problem"]) == ("warning", "did not arrive: the server answered 503")


async def test_it_does_not_ping_when_the_store_refuses_or_does_not_answer(app: App, switch: Switch, monkeypatch):
    async def refuse(*_):
        raise StoreError("locked")

    async def silent(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr("monitor.app.pinging.STORE_SECONDS", 0.05)
    for run, why in ((refuse, "the database refuses: locked"), (silent, "the store has not answered")):
        ping = Ping(Pinger(switch.address, "monitor"), 60, accounts=app.watching.accounts, run=run, now=app.now)
        with capture_logs() as told:
            assert not await ping.beat(jobs(app))
        assert why in told[0]["problem"]
    assert switch.pings == []


async def test_it_does_not_ping_when_no_target_takes_messages(folder: Path, outlets: Outlets, url: str, switch: Switch):
    outlets.publish("harbour", *story("zorbium"))
    with Receiver() as receiver:
        receiver.status = 404
        words.write(
            folder, "zorbium", sources={"harbour": outlets.feed_url("harbour")}, channels={"c": receiver.apprise_url}
        )
        app = build(settings(folder, url, ping_url=switch.address), secrets={})
        try:
            assert await app.ping.beat(jobs(app))
            assert len((await app.tick()).delivered.failed) == 1
            with capture_logs() as told:
                assert not await app.ping.beat(jobs(app))
        finally:
            await app.close()
    assert told[0]["problem"] == "not sent: the target takes no messages"


async def test_the_daemon_pings_once_its_jobs_have_succeeded(app: App, switch: Switch, monkeypatch):
    """And the address stands in no line of its log."""
    monkeypatch.setattr("monitor.daemon.jobs.PING_AFTER", 0.2)
    stopping = asyncio.Event()
    serving = Daemon(app, 0.1, stopping, asyncio.Event())
    with capture_logs() as told:
        task = asyncio.create_task(serving.serve())
        while not serving.counts["pings"]:
            await asyncio.sleep(0.05)
        stopping.set()
        assert await task == daemon.OK
    assert switch.pings
    assert "5ee8f2ac" not in str(told)
    assert "5ee8f2ac" not in logs.secrets.mask(f"somebody quotes {switch.address}")


async def test_without_an_address_nothing_is_pinged(folder: Path, outlets: Outlets):
    words.write(folder, "zorbium", sources={"harbour": outlets.feed_url("harbour")}, channels={"c": "console://"})
    app = make(folder, io.StringIO())
    assert app.ping is None
    await app.close()
