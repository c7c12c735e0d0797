"""The commands around a monitor at work: a real feed, real pages, a real database, real receivers."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.integration.cli.conftest import CHANNELS, SOURCES, Desk

ROOT = Path(__file__).resolve().parents[3]

PAGE = """<!doctype html><html lang="en"><head><title>Ferry sinks on Lake Orm</title></head><body><article>
<h1>Ferry sinks on Lake Orm</h1>
<p>A ferry sank on Lake Orm on {day}, the harbour master Anna Halloran said on the shore of the lake.</p>
<p>Forty people were saved by boats from the village of Teal. The ferry lies on the ground in thirty metres of
water, where divers will look for the cause in the days to come, the harbour office added in its statement.</p>
</article></body></html>"""


@pytest.fixture
def herald(httpserver: HTTPServer) -> HTTPServer:
    """An outlet whose one story is of today."""
    now = datetime.now(UTC)
    item = (
        f"<item><title>Ferry sinks on Lake Orm</title><link>{httpserver.url_for('/ferry')}</link>"
        f"<guid>ferry-1</guid><pubDate>{format_datetime(now)}</pubDate></item>"
    )
    feed = f"<rss version='2.0'><channel><title>Orm Herald</title>{item}</channel></rss>"
    httpserver.expect_request("/rss").respond_with_data(feed, content_type="application/rss+xml")
    page = PAGE.format(day=f"{now:%-d %B %Y}")
    httpserver.expect_request("/ferry").respond_with_data(page, content_type="text/html; charset=utf-8")
    home = "<html><head><link rel=alternate type=application/rss+xml href=/rss></head><body>Orm Herald</body></html>"
    httpserver.expect_request("/robots.txt").respond_with_data("nothing here", status=404)
    httpserver.expect_request("/").respond_with_data(home, content_type="text/html")
    return httpserver


@pytest.fixture
def listening(desk: Desk, herald: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("MONITOR_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("MONITOR_PER_HOST_GAP_SECONDS", "0")
    desk.write("watchlists/sources.yaml", SOURCES.replace("URL", herald.url_for("/rss")))
    desk.write("watchlists/channels.yaml", CHANNELS)
    return desk


def run_once(desk: Desk) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "monitor", "run", "--once"]
    return subprocess.run(command, cwd=desk.folder, env=environment, capture_output=True, text=True, timeout=90)


def test_one_pass_alerts_and_every_command_can_tell_of_it(listening: Desk) -> None:
    passed = run_once(listening)
    assert passed.returncode == 0, passed.stderr
    assert "Ferry sinks on Lake Orm" in passed.stdout  # the console channel

    (row,) = listening.run("alerts", "list", "--json").data
    alert = row["alert"]
    assert (alert["rule"], alert["severity"], row["deliveries"]) == ("sinkings", "high", {"sent": 1})
    assert listening.run("alerts", "list", "--rule", "other", "--json").data == []

    told = listening.run("alerts", "show", str(row["id"]))
    assert told.out == listening.run("alerts", "show", alert["key"]).out
    for words in ("verdict    new", "evidence   title: “Ferry sinks", "against    nothing", "oncall/screen: sent"):
        assert words in told.out
    detail = listening.run("alerts", "show", alert["key"], "--json").data
    assert [attempt["outcome"] for attempt in detail["deliveries"][0]["attempts"]] == ["sent"]

    (source,) = listening.run("sources", "list", "--json").data
    assert (source["id"], source["failures"], source["entries"]) == ("orm-herald", 0, 1)
    assert listening.run("sources", "list", "--unhealthy", "--json").data == []
    assert listening.run("doctor", "--offline").code == 0

    # to itself, a stored article is no news of yesterday
    for subject in (alert["article_id"], alert["article_url"]):
        explained = listening.run("explain", subject, "--json").data
        assert explained["article"]["id"] == alert["article_id"]
        assert explained["rules"][0]["verdict"]["kind"] == "new"
        assert explained["baseline"] == "the database"


def test_a_source_is_tried_by_address_or_by_id(listening: Desk, herald: HTTPServer) -> None:
    for subject in (herald.url_for("/rss"), "orm-herald"):
        ran = listening.run("sources", "test", subject)
        assert ran.code == 0
        assert ran.out.startswith("HTTP 200, 1 entry, 1 with a date that can be read\n")
        assert "first page: Ferry sinks on Lake Orm" in ran.out
    assert not (listening.folder / "var").exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 404}, "gone: {url}: the server answered 404"),
        ({"status": 401}, "blocked: {url}: the server answered 401"),
        ({"status": 503}, "failing: {url}: the server answered 503"),
        ({"status": 302, "headers": {"Location": "/sick"}}, "unreadable: {url}: more than 5 redirects"),
        ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, "MONITOR_ALLOW_NETWORKS can allow it"),
        ({"response_data": ""}, "unreadable: {url}: the answer is empty"),
        ({"response_data": "x" * 300_000}, "unreadable: {url}: longer than 200,000 bytes"),
        ({"response_data": "/etc/passwd"}, "unreadable: {url}: not a feed: it has no markup"),
    ],
)
def test_a_sick_source_fails_with_one_line_that_says_how_it_is(
    listening: Desk, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], words: str
) -> None:
    monkeypatch.setenv("MONITOR_FEED_LIMIT_MB", "0.2")
    httpserver.expect_request("/sick").respond_with_data(**answer)
    ran = listening.run("sources", "test", httpserver.url_for("/sick"))
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.complaints
    assert words.format(url=httpserver.url_for("/sick")) in line


def test_nobody_listening_and_an_unknown_name_are_told_in_words(listening: Desk) -> None:
    (refused,) = listening.run("sources", "test", "http://127.0.0.1:9/rss").complaints
    assert refused.endswith("failing: http://127.0.0.1:9/rss: no connection (connection refused)")
    (unknown,) = listening.run("sources", "test", "http://nosuch.invalid/rss").complaints
    assert unknown.endswith("the name nosuch.invalid was not found")


def test_malformed_and_empty_feeds_are_read_with_a_warning(listening: Desk, httpserver: HTTPServer) -> None:
    item = "<item><title>Ferry &nosuch; sinks</title></item>"
    for path, body in (("/broken", f"<rss><channel>{item}"), ("/bare", "<rss version='2.0'><channel/></rss>")):
        httpserver.expect_request(path).respond_with_data(body, content_type="application/rss+xml")
    broken = listening.run("sources", "test", httpserver.url_for("/broken"))
    assert (broken.code, "warning: malformed XML: undefined entity at line" in broken.out) == (0, True)
    bare = listening.run("sources", "test", httpserver.url_for("/bare"))
    assert (bare.code, bare.out) == (1, "HTTP 200, 0 entries\nwarning: the feed has no entries\n")


def test_an_address_that_is_not_public_is_refused(desk: Desk, herald: HTTPServer) -> None:
    ran = desk.run("explain", herald.url_for("/ferry"))
    assert ran.code == 1
    assert "is not allowed" in ran.complaints[-1]


def test_a_seed_is_proposed_from_a_page(listening: Desk, herald: HTTPServer) -> None:
    ran = listening.run("seed", "add", herald.url_for("/ferry"), "--date", "2030-05-03")
    assert ran.code == 0
    assert f"url: {herald.url_for('/ferry')}" in ran.out
    assert "- rule: sinkings" in ran.out


def test_a_test_message_really_arrives_and_a_refusal_is_told(
    desk: Desk, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/good", method="POST").respond_with_data("ok")
    httpserver.expect_request("/bad", method="POST").respond_with_data("no", status=403)
    desk.write(
        "watchlists/channels.yaml",
        "version: 1\ndefault: [desk]\nchannels:\n  desk:\n    targets:\n"
        '      - {name: good, url: "json://${RECEIVER}/good"}\n      - {name: bad, url: "json://${RECEIVER}/bad"}\n',
    )
    monkeypatch.setenv("RECEIVER", f"{httpserver.host}:{httpserver.port}")
    ran = desk.run("channels", "test", "desk")
    assert ran.code == 1
    assert ran.complaints == ["monitor: desk/good: sent", "monitor: desk/bad: HTTP 403 Forbidden"]
    received = [request.get_json() for request, _ in httpserver.log if request.path == "/good"]
    assert [message["title"] for message in received] == ["Test of the news monitor"]
