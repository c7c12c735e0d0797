"""One article from its poll to each attempt at its delivery, by its id alone, in whichever process it was."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from monitor import logs
from monitor.app import App, build
from monitor.settings import Settings
from tests import desk as words
from tests.desk import QUIET, WORDS, story
from tests.receivers.channels import closed_port
from tests.servers import Answer, Outlets


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("json", "INFO", stream)
    yield stream
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if getattr(handler, "stream", None) is not stream]


def told(stream: io.StringIO, word: str) -> list[dict[str, object]]:
    """What `grep WORD` would show."""
    return [json.loads(line) for line in stream.getvalue().splitlines() if word in line]


def a_process(folder: Path, url: str) -> App:
    settings = Settings(
        web_port=0,
        database_url=url,
        watchlists_dir=folder / "watchlists",
        seeds_dir=folder / "seeds",
        allow_networks="127.0.0.0/8",
        per_host_gap_seconds=0,
        workers=1,
    )
    return build(settings, console=io.StringIO(), secrets={})


async def test_one_id_shows_the_way_of_an_article_through_two_processes(
    folder: Path, outlets: Outlets, url: str, stream: io.StringIO
):
    outlets.publish("harbour", *story(WORDS[0]))
    outlets.publish("harbour", *QUIET)
    channels = {"console": "console://", "dead": f"json://127.0.0.1:{closed_port()}"}
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=channels)
    first = a_process(folder, url)
    try:
        await first.pipeline.poll_due()
        await first.pipeline.read_pending()
    finally:
        await first.close()
    second = a_process(folder, url)
    try:
        judged = await second.judge()
        await second.delivering.deliver_due()
        await second.delivering.drain()
    finally:
        await second.close()

    alert = judged.outcomes[-1].alerts[0] if judged.outcomes[-1].alerts else judged.outcomes[0].alerts[0]
    lines = told(stream, alert.article_id)
    assert [line["event"] for line in lines[:3]] == ["polled", "read", "decision"]
    assert {line["event"] for line in lines[3:]} == {"alert delivered", "delivery postponed"}
    polled, read, decision, *attempts = lines
    assert (polled["source"], polled["new"], len(polled["articles"])) == ("harbour", 2, 2)
    assert read["article"] == decision["article"] == alert.article_id
    assert read["source"] == "harbour"
    assert decision["alert"] == alert.key
    assert {(line["article"], line["alert"], line["attempts"]) for line in attempts} == {
        (alert.article_id, alert.key, 1)
    }
    assert {line["target"] for line in attempts} == {"console", "dead"}

    (other,) = set(polled["articles"]) - {alert.article_id}
    assert [line["event"] for line in told(stream, other)] == ["polled", "read", "no rule touched"]


async def test_what_goes_wrong_with_a_page_names_the_article_that_it_would_have_been(
    folder: Path, outlets: Outlets, url: str, stream: io.StringIO
):
    outlets.answer(outlets.publish("harbour", *QUIET), Answer(status=503))
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels={"console": "console://"})
    app = a_process(folder, url)
    try:
        await app.pipeline.poll_due()
        await app.pipeline.read_pending()
    finally:
        await app.close()
    (polled,) = told(stream, '"polled"')
    (article,) = polled["articles"]
    assert [line["event"] for line in told(stream, article)] == ["polled", "reading postponed"]
