"""The desk answers an operator's four questions by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.pulse import Job, Pulse
from monitor.web.app import build_app
from monitor.web.pages.system import size
from monitor.web.serving import WebServer
from tests.integration.web.visitors import Visitor

MINUTE = timedelta(minutes=1)


async def _words(site) -> str:
    server = WebServer(build_app(site), "127.0.0.1", 0)
    await server.start()
    answer = await Visitor(server.address).look("/system")
    await server.stop()
    assert answer.status == 200
    return answer.words


async def test_one_page_says_whether_it_listens_is_late_is_full_and_what_broke(filled_site, filled_engine, clock):
    jobs = (Job("poll", clock.now - MINUTE, 2 * MINUTE), Job("judge", clock.now - 9 * MINUTE, 2 * MINUTE))
    pulse = Pulse(jobs, frozenset({"poll"}), {"judge_timed_out": 3})
    words = await _words(replace(filled_site, pulse=lambda: pulse))
    for question in ("Is it listening?", "Is it late?", "Is it full?", "What broke, and since when?"):
        assert question in words
    for answer in ("7 healthy , 2 quiet , 2 failing , 1 blocked , 1 gone", "Last answer of a source", "Blind rules"):
        assert answer in words
    (failing, *_) = filled_site.shown.overview.failing(clock.now - timedelta(days=7))
    assert failing.channel in words
    assert "judge 9 min ago judge has not succeeded for 9 min timed out 3 ×" in words
    assert "poll 1 min ago nothing none" in words
    assert "Deliveries given up of late 3" in words
    assert ("Left on its disk" in words) == (filled_engine.dialect.name == "sqlite")


async def test_without_jobs_and_sources_it_says_so(site):
    words = await _words(site)
    assert "This process has no jobs" in words
    assert "Channels failing none" in words
    assert "Last answer of a source never" in words


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (1_540_000, "1.54 MB"), (999_999, "1 MB"), (2 * 10**12, "2 TB")],
)
def test_sizes_are_said_in_their_unit(number: int, words: str):
    assert size(number) == words
