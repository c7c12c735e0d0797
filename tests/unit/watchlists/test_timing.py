"""Times in `channels.yaml`: read as the channel's zone means them, and every mistake told with its place."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.core.channels import ChannelPolicy, Digest, Escalating, Grouping, QuietHours, Reminding, Schedule
from monitor.core.model import Severity
from monitor.watchlists.channels import Channels, Heartbeat, read_channels
from monitor.watchlists.yamlfile import read_document

HEAD = "version: 1\ndefault: [a]\n"
CHANNEL = "channels:\n  a:\n    targets: [{name: x, url: 'console://'}]\n    "
BAKU, KYIV = ZoneInfo("Asia/Baku"), ZoneInfo("Europe/Kyiv")
WEEKDAYS = frozenset(range(5))


def read(tmp_path: Path, text: str) -> tuple[Channels, list[str]]:
    path = tmp_path / "channels.yaml"
    path.write_text(text, encoding="utf-8")
    document = read_document(path)
    channels = read_channels(document, {})
    return channels, [str(problem).removeprefix(f"{path.as_posix()}:") for problem in document.problems]


def policy(tmp_path: Path, keys: str, head: str = HEAD) -> ChannelPolicy:
    channels, problems = read(tmp_path, head + CHANNEL + keys)
    assert problems == []
    return channels.targets["a"][0].policy


def test_without_keys_a_channel_may_ring_at_any_time(tmp_path: Path) -> None:
    assert policy(tmp_path, "") == ChannelPolicy()


def test_the_zone_of_a_channel_comes_before_that_of_the_file(tmp_path: Path) -> None:
    of_file = HEAD + "zone: Asia/Baku\n"
    assert policy(tmp_path, "prefer: miss", of_file).zone == BAKU
    assert policy(tmp_path, "zone: Europe/Kyiv", of_file).zone == KYIV


@pytest.mark.parametrize(
    ("keys", "name", "expected"),
    [
        (
            "quiet: {from: 23:00, to: 07:00, days: mon-fri, let_through: critical | high}",
            "quiet",
            QuietHours(time(23), time(7), WEEKDAYS, frozenset({Severity.CRITICAL, Severity.HIGH})),
        ),
        ("quiet: {from: 9:30, to: 10:00, days: [sun]}", "quiet", QuietHours(time(9, 30), time(10), frozenset({6}))),
        ("digest: {at: 08:00, days: mon | thu}", "digest", Digest(Schedule(time(8), frozenset({0, 3})))),
        ("digest: {at: 08:00, days: sat-mon}", "digest", Digest(Schedule(time(8), frozenset({5, 6, 0})))),
        (
            "group: {wait: 30s, interval: 10m, storm: 4}",
            "group",
            Grouping(timedelta(seconds=30), timedelta(minutes=10), 4),
        ),
        ("remind: {every: 30m, most: 3}", "remind", Reminding(timedelta(minutes=30), 3)),
        ("per_minute: 20", "per_minute", 20),
    ],
)
def test_a_key_means_what_it_says(tmp_path: Path, keys: str, name: str, expected: object) -> None:
    assert getattr(policy(tmp_path, keys), name) == expected


def test_an_escalation_names_other_channels(tmp_path: Path) -> None:
    text = HEAD + CHANNEL + "escalate: {after: 15m, to: [b]}\n  b:\n    targets: [{name: x, url: 'console://'}]\n"
    channels, problems = read(tmp_path, text)
    assert problems == []
    assert channels.targets["a"][0].policy.escalate == Escalating(timedelta(minutes=15), ("b",))


def test_the_heartbeat_has_a_schedule_and_channels(tmp_path: Path) -> None:
    channels, problems = read(tmp_path, HEAD + "heartbeat: {at: 09:00, to: [a], zone: Asia/Baku}\n" + CHANNEL)
    assert problems == []
    assert channels.heartbeat == Heartbeat(Schedule(time(9), zone=BAKU), ("a",))


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("zone: Asia/Bacu", "6:11: expected a time zone such as Asia/Baku or UTC, found “Asia/Bacu” (did you mean"),
        ("zone: ../../etc/passwd", "6:11: expected a time zone such as Asia/Baku or UTC, found “../../etc/passwd”"),
        ("quiet: {from: 24:00, to: 07:00}", "6:19: expected a time of day such as 07:30, found “24:00”"),
        ("quiet: {from: 7, to: 08:00}", "6:19: expected a time of day such as 07:30, found the number 7"),
        ("quiet: {from: 07:00, to: 07:00}", "6:12: quiet hours that end when they begin"),
        ("quiet: {from: 22:00}", "6:12: the key “to” is missing"),
        ("digest: {at: 08:00, days: monday}", "6:31: expected a day, mon, tue, wed, thu, fri, sat or sun"),
        (
            "digest: {at: 08:00, days: [1]}",
            "6:31: expected a day, mon, tue, wed, thu, fri, sat or sun, found the number 1",
        ),
        ("digest: {at: 08:00, let_through: hi}", "6:38: expected critical, high, medium or low, found “hi”"),
        ("group: {storm: 1}", "6:20: "),
        ("remind: {every: 30s}", "6:13: a reminder more than once a minute leaves no time to answer"),
        ("escalate: {after: 15m, to: [bb]}", "6:33: there is no channel “bb”"),
        ("escalate: {after: 15m, to: [a]}", "6:33: a channel cannot escalate to itself"),
        ("per_minute: -1", "6:17: "),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, keys: str, problem: str) -> None:
    _, problems = read(tmp_path, HEAD + CHANNEL + keys)
    assert len(problems) == 1
    assert problems[0].startswith(problem), problems


def test_a_heartbeat_to_nobody_is_a_mistake(tmp_path: Path) -> None:
    _, problems = read(tmp_path, HEAD + "heartbeat: {at: 09:00, to: [ops]}\n" + CHANNEL)
    assert problems == ["3:29: there is no channel “ops”"]
