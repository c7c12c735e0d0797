"""The health check of a container asks the monitor beside it, and says in words what is wrong."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from monitor.healthcheck import trouble
from tests.servers import Server

WELL = {"status": "ready", "checks": [{"name": "database", "ok": True, "problem": ""}]}
ILL = {"status": "not ready", "checks": [*WELL["checks"], {"name": "poll", "ok": False, "problem": "late by 5 min"}]}


class Monitor(Server):
    """Stands for the pages of a monitor; `said` is its readiness, raw text where that is none."""

    said: object = WELL

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        assert request.path == "/readyz"
        request.send_response(200 if self.said is WELL else 503)
        request.end_headers()
        request.wfile.write((self.said if isinstance(self.said, str) else json.dumps(self.said)).encode())


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor() as running:
        yield running


def asked(port: int, **more: str) -> str:
    return trouble({"MONITOR_WEB_PORT": str(port), **more})


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_of_a_monitor_that_works_it_says_nothing(monitor: Monitor, host: str) -> None:
    assert asked(monitor.port, MONITOR_WEB_HOST=host) == ""


def test_it_says_what_the_monitor_says_is_wrong(monitor: Monitor) -> None:
    monitor.said = ILL
    assert asked(monitor.port) == "poll: late by 5 min"


@pytest.mark.parametrize("said", ["", "[]", "<html>", '{"checks": 1}', '{"checks": [{}]}'])
def test_an_answer_that_makes_no_sense_is_trouble(monitor: Monitor, said: str) -> None:
    monitor.said = said
    assert "no answer" in asked(monitor.port)


def test_nobody_there_is_trouble() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "refused" in asked(port)


def test_where_no_pages_are_served_nobody_can_be_asked() -> None:
    assert "MONITOR_WEB" in asked(8765, MONITOR_WEB="false")


def test_a_setting_that_is_wrong_is_named() -> None:
    assert "MONITOR_WEB_PORT" in trouble({"MONITOR_WEB_PORT": "many"})
