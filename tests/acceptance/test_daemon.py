"""The whole monitor as a process: real servers, real receivers, real kills."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import threading
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.desk import QUIET, WORDS, story
from tests.optional import corpus
from tests.servers import Answer, Outlets, Receiver


class Mailbox:
    """A real SMTP server that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.port = 0

    async def handle_DATA(self, server, session, envelope) -> str:
        self.mails.append(envelope.content.decode("utf-8", "replace"))
        return "250 OK"


@pytest.fixture
def mailbox():
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        mailbox.port = listener.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    yield mailbox
    controller.stop()


def test_articles_become_alerts_on_every_target_once(monitor, outlets: Outlets, receiver: Receiver, mailbox):
    """Two words are news, one text is not; both targets hear of both, once; later passes repeat nothing."""
    for word in WORDS[:2]:
        outlets.publish("harbour", *story(word))
    outlets.publish("harbour", *QUIET)
    mail = f"mailto://127.0.0.1:{mailbox.port}?from=monitor@example.org&to=oncall@example.org&mode=insecure"
    channels = {"hook": receiver.apprise_url, "mail": mail}
    monitor.write(*WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=channels)
    monitor.start()
    monitor.until(lambda: len(receiver.messages) >= 2 and len(mailbox.mails) >= 2, "both targets told")
    monitor.until(lambda: monitor.stored("unjudged") == 0 and monitor.stored("articles") == 3, "all read and judged")
    assert monitor.stop() == 0
    for word in WORDS[:2]:
        assert receiver.count(word) == 1
    assert len(receiver.messages) == len(mailbox.mails) == 2
    views = monitor.views()
    assert {row.alert.rule for row in views.alerts()} == {f"about-{word}" for word in WORDS[:2]}
    assert dict(views.counts().deliveries) == {"sent": 4}
    decisions = [line for line in map(json.loads, monitor.logged.splitlines()) if line["event"] == "decision"]
    assert {line["rule"] for line in decisions} == {f"about-{word}" for word in WORDS[:2]}
    assert all(line["reason"] and line["verdict"] == "new" and line["article"] for line in decisions)


def test_a_second_run_polls_politely_and_repeats_nothing(monitor, outlets: Outlets, receiver: Receiver):
    outlets.publish("harbour", *story(WORDS[0]))
    channels = {"hook": receiver.apprise_url}
    monitor.write(*WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=channels)
    assert monitor.start("--once").wait(60) == 0
    assert monitor.start("--once").wait(60) == 0
    assert receiver.count(WORDS[0]) == len(receiver.messages) == 1
    assert outlets.asked.count("/harbour/feed") == 1, "not due again yet"


def test_one_pass_fails_when_it_could_hear_nothing(monitor, outlets: Outlets, receiver: Receiver):
    monitor.write(*WORDS, sources={"gone": outlets.feed_url("gone")}, channels={"hook": receiver.apprise_url})
    assert monitor.start("--once").wait(60) == 1


SICK = {
    "broken": (Answer(b"down", 500), "500"),
    "gone": (Answer(b"gone", 404), "404"),
    "page": (Answer(b"<!doctype html><html><body><h1>Welcome</h1></body></html>"), "HTML"),
    "empty": (Answer(b"", content_type="application/rss+xml"), "empty"),
    "malformed": (Answer(b"\x00\xff<rss><chan", content_type="application/rss+xml"), ""),
    "loop": (Answer(b"", 302, headers={"Location": "/loop/feed"}), "redirects"),
}


def test_sick_sources_say_so_in_words_and_their_neighbour_is_read(monitor, outlets: Outlets, receiver: Receiver):
    for name, (answer, _) in SICK.items():
        outlets.answer(f"/{name}/feed", answer)
    outlets.publish("well", *story(WORDS[0]))
    sources = {name: outlets.feed_url(name) for name in (*SICK, "well")}
    monitor.write(*WORDS, sources=sources, channels={"hook": receiver.apprise_url})
    assert monitor.start("--once").wait(60) == 0, monitor.logged
    assert receiver.count(WORDS[0]) == 1
    states = {row.source.id: row.state for row in monitor.views().sources()}
    assert (states["well"].failures, states["well"].error) == (0, "")
    for name, (_, words) in SICK.items():
        assert states[name].failures == 1
        assert states[name].error, "a status in words"
        assert words in states[name].error


def test_slow_and_dead_sources_do_not_hold_up_the_others(monitor, outlets: Outlets, receiver: Receiver):
    """The alert arrives while the slow source and the slow page are still being waited for."""
    never = threading.Event()
    outlets.answer("/slow/feed", Answer(hold=never))
    outlets.publish("well", *story(WORDS[0]))
    outlets.answer(outlets.publish("well", *story(WORDS[1])), Answer(hold=never))
    dead = "http://127.0.0.1:9/feed"
    sources = {"slow": outlets.feed_url("slow"), "dead": dead, "well": outlets.feed_url("well")}
    monitor.write(*WORDS, sources=sources, channels={"hook": receiver.apprise_url})
    monitor.start(MONITOR_FETCH_TIMEOUT_SECONDS="30")
    monitor.until(lambda: receiver.count(WORDS[0]), "the alert of the source that is well")
    monitor.until(lambda: {"/slow/feed", "/well/news/2"} <= set(outlets.asked), "slow ones asked")
    assert monitor.stop() == 0
    never.set()
    states = {row.source.id: row.state for row in monitor.views().sources()}
    assert states["slow"].last_poll_at is None, "still under way when we stopped"
    assert "connection" in states["dead"].error
    assert monitor.stored("entries_pending") == 1, "the slow page is read another time"


# --- kills -----------------------------------------------------------------------------------


def ready(monitor, outlets: Outlets, receiver: Receiver, *words: str) -> None:
    for word in words:
        outlets.publish("harbour", *story(word))
    sources = {"harbour": outlets.feed_url("harbour")}
    monitor.write(*WORDS, sources=sources, channels={"hook": receiver.apprise_url})


def test_killed_while_a_page_is_read_the_entry_is_read_at_the_next_start(monitor, outlets, receiver):
    """Entries are stored, no text is: the feed is not asked again, yet every alert comes."""
    ready(monitor, outlets, receiver, *WORDS[:3])
    hold = threading.Event()
    for number in (1, 2, 3):
        outlets.answer(f"/harbour/news/{number}", Answer(hold=hold))
    monitor.start()
    monitor.until(lambda: len([path for path in outlets.asked if "/news/" in path]) == 3, "pages asked for")
    monitor.kill()
    hold.set()
    outlets.answers.clear()
    assert monitor.stored("entries") == 3
    assert monitor.stored("articles") == 0
    monitor.start()
    monitor.until(lambda: len(receiver.messages) == 3, "all alerts")
    assert monitor.stop() == 0
    assert [receiver.count(word) for word in WORDS[:3]] == [1, 1, 1]
    assert outlets.asked.count("/harbour/feed") == 1


def test_killed_while_the_receiver_is_slow_the_send_in_flight_is_repeated_and_nothing_lost(monitor, outlets, receiver):
    ready(monitor, outlets, receiver, *WORDS)
    receiver.hold = threading.Event()
    monitor.start()
    monitor.until(lambda: receiver.messages, "a send in flight")
    monitor.until(lambda: monitor.stored("alerts") == len(WORDS), "all judged")
    monitor.kill()
    in_flight = len(receiver.messages)
    receiver.hold.set()
    monitor.start()
    monitor.until(lambda: monitor.views().counts().deliveries == {"sent": len(WORDS)}, "all sent")
    assert monitor.stop() == 0
    counts = [receiver.count(word) for word in WORDS]
    assert min(counts) == 1, "no alert is lost"
    assert sum(counts) == len(WORDS) + in_flight, "only what was in flight comes twice"


def test_killed_again_and_again_no_alert_is_lost(monitor, outlets, receiver):
    """Each start is killed as soon as the log has got one step further."""
    for word in WORDS:
        outlets.publish(word, *story(word))
    sources = {word: outlets.feed_url(word) for word in WORDS}
    monitor.write(*WORDS, sources=sources, channels={"hook": receiver.apprise_url})
    points = [("listening", 1), ("polled", 1), ("decision", 1), ("alert delivered", 1), ("decision", 3)]
    for words, times in points:
        monitor.start()
        monitor.until(lambda words=words, times=times: monitor.logged.count(words) >= times, words)
        monitor.kill()
    begun = monitor.logged.count("listening")
    monitor.start()
    monitor.until(lambda: monitor.logged.count("listening") > begun, "at work, for all may have been told before")
    monitor.until(lambda: all(receiver.count(word) for word in WORDS), "every alert")
    monitor.until(lambda: monitor.views().counts().deliveries == {"sent": len(WORDS)}, "all recorded as sent")
    assert monitor.stop() == 0
    counts = monitor.views().counts()
    assert (counts.articles, counts.alerts) == (len(WORDS), len(WORDS))


# --- the end, and the beginning --------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_in_order(monitor, outlets, receiver, number):
    ready(monitor, outlets, receiver, WORDS[0])
    monitor.start()
    monitor.until(lambda: receiver.messages, "at work")
    assert monitor.stop(number) == 0
    last = json.loads(monitor.logged.splitlines()[-1])
    assert last["event"] == "stopped"


def test_a_receiver_that_never_answers_does_not_keep_it_from_stopping(monitor, outlets, receiver):
    """The send is given some seconds, then left behind; it is not recorded as sent."""
    ready(monitor, outlets, receiver, WORDS[0])
    receiver.hold = threading.Event()
    monitor.start()
    monitor.until(lambda: receiver.messages, "a send in flight")
    assert monitor.stop() == 0
    assert monitor.views().counts().deliveries == {"sending": 1}


def test_a_second_daemon_on_the_same_file_is_refused_with_the_reason(monitor, outlets, receiver):
    ready(monitor, outlets, receiver)
    first = monitor.start()
    monitor.until(lambda: '"listening"' in monitor.logged, "the first listens")
    second = monitor.start()
    assert second.wait(60) == 3
    assert f"process {first.pid}" in monitor.logged
    monitor.process = first
    assert monitor.stop() == 0


def test_a_watchlist_with_a_mistake_stops_the_start_with_every_place(monitor, outlets, receiver):
    ready(monitor, outlets, receiver)
    (monitor.folder / "watchlists" / "wrong.yaml").write_text("version: 1\nrulez: []\n")
    assert monitor.start().wait(60) == 2
    assert "wrong.yaml:2:1" in monitor.logged


def test_a_schema_from_the_future_stops_the_start(monitor, outlets, receiver):
    ready(monitor, outlets, receiver, WORDS[0])
    assert monitor.start("--once").wait(60) == 0
    with sqlite3.connect(monitor.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    assert monitor.start().wait(60) == 3
    assert "from-the-future" in monitor.logged


def test_a_saved_watchlist_takes_force_and_a_broken_one_does_not(monitor, outlets, receiver):
    """An edit while it runs: the new word counts; a mistake leaves the last good rules in force and is told."""
    monitor.write(WORDS[0], sources={"harbour": outlets.feed_url("harbour")}, channels={"hook": receiver.apprise_url})
    outlets.publish("harbour", *story(WORDS[0]))
    monitor.start()
    monitor.until(lambda: receiver.count(WORDS[0]), "at work")
    watchlist = monitor.folder / "watchlists" / "words.yaml"
    good = watchlist.read_text()
    watchlist.write_text(good + "  - nonsense\n")
    os.kill(monitor.process.pid, signal.SIGHUP)
    monitor.until(lambda: "not reloaded" in monitor.logged, "the mistake is told")
    assert "words.yaml:" in monitor.logged
    monitor.write(*WORDS[:2], sources={"more": outlets.feed_url("more")}, channels={"hook": receiver.apprise_url})
    outlets.publish("more", *story(WORDS[1]))
    monitor.until(lambda: receiver.count(WORDS[1]), "the new source is polled and the new rule alerts")
    assert monitor.stop() == 0


def test_no_secret_stands_in_the_log(monitor, outlets, receiver):
    """The receiver refuses, so that everything about the channel is told, at the most talkative level."""
    token = "Tk9zeW1ib2wtc2VjcmV0LTEyMzQ1"
    ready(monitor, outlets, receiver, WORDS[0])
    channels = monitor.folder / "watchlists" / "channels.yaml"
    channels.write_text(channels.read_text().replace(receiver.apprise_url, receiver.apprise_url + "${HOOK_TOKEN}"))
    receiver.status = 500
    monitor.start("--once", HOOK_TOKEN=token, MONITOR_LOG_LEVEL="DEBUG").wait(60)
    assert "delivery postponed" in monitor.logged
    assert token not in monitor.logged


# --- real feeds ------------------------------------------------------------------------------


def real_feeds(most: int) -> list[Path]:
    """Files of the corpora with at least five entries."""
    found = corpus("feeds")
    listed = json.loads((found / "index.json").read_text())
    rich = [item["file"] for item in listed if (item.get("ref") or {}).get("entries", 0) >= 5]
    return [found / name for name in sorted(rich)[:: max(1, len(rich) // most)]][:most]


def test_real_feed_files_are_polled_stored_and_judged(monitor, outlets, receiver):
    """Files of real outlets as sources, their links led to loopback; beside them a source of ours with news."""
    files = real_feeds(20)
    sources = {"harbour": outlets.feed_url("harbour")}
    for number, file in enumerate(files):
        body = re.sub(rb"https?://[\w.:-]+", outlets.url.encode(), file.read_bytes())
        outlets.answer(f"/real/{number}", Answer(body, content_type="application/xml"))
        sources[f"real-{number}"] = f"{outlets.url}/real/{number}"
    outlets.publish("harbour", *story(WORDS[0]))
    monitor.write(*WORDS, sources=sources, channels={"hook": receiver.apprise_url})
    monitor.start(MONITOR_PER_HOST_CONCURRENCY="16")
    monitor.until(lambda: receiver.count(WORDS[0]), "our own news")
    monitor.until(lambda: all(row.state.last_poll_at for row in monitor.views().sources()), "all polled")
    monitor.until(lambda: monitor.stored("entries_pending") == 0 and monitor.stored("unjudged") == 0, "all judged")
    assert monitor.stop() == 0
    with_entries = [row for row in monitor.views().sources() if row.entries]
    assert len(with_entries) > len(files) // 2
    assert monitor.stored("unjudgeable") == 0
    assert len(receiver.messages) == 1
