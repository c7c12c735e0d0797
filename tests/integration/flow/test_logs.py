"""Log lines: one form for all, one line each, no secret in any."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from monitor import logs

TOKEN = "Tk9zeW1ib2wtc2VjcmV0"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("json", "INFO", stream)
    yield stream
    structlog.reset_defaults()
    logging.getLogger().handlers = [
        h for h in logging.getLogger().handlers if not hasattr(h, "stream") or h.stream is not stream
    ]


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_feeds_title_cannot_forge_a_line(stream):
    structlog.get_logger("test").info("read", title='one\n{"event": "forged"}')
    assert [line["event"] for line in lines(stream)] == ["read"]


def test_libraries_log_in_the_same_form_and_only_warnings(stream):
    logging.getLogger("aiohttp.client").info("chatter")
    logging.getLogger("aiohttp.client").warning("trouble with %s", "a host")
    assert [(line["event"], line["level"]) for line in lines(stream)] == [("trouble with a host", "warning")]


def test_secrets_are_masked_wherever_they_stand(stream):
    logs.secrets.add([f"slack://{TOKEN}/abcdefgh12345678/#oncall", "pass word/9"])
    log = structlog.get_logger("test")
    log.info("sent", url=f"https://hooks.example/{TOKEN}", nested={"part": ["abcdefgh12345678"]})
    log.info("database", url="postgresql://me:pass%20word%2F9@host/db")
    try:
        raise ValueError(f"cannot reach {TOKEN}")
    except ValueError:
        log.exception("broke")
    logging.getLogger("urllib3").warning("retry %s", TOKEN)
    text = stream.getvalue()
    assert len(lines(stream)) == 4
    for secret in (TOKEN, "abcdefgh12345678", "pass%20word"):
        assert secret not in text


def test_tracebacks_show_no_local_variables(stream):
    hidden = "a-local-value"
    try:
        raise ValueError("broken") from KeyError(len(hidden))
    except ValueError:
        structlog.get_logger("test").exception("job broke")
    assert "ValueError: broken" in stream.getvalue()
    assert hidden not in stream.getvalue()


def test_the_level_holds_and_the_console_form_is_plain_where_nobody_watches():
    stream = io.StringIO()
    logs.configure("console", "WARNING", stream)
    structlog.get_logger("test").info("quiet")
    structlog.get_logger("test").warning("loud", source="harbour")
    structlog.reset_defaults()
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
