"""Traces: one for each article, under its id, whichever process did what; nothing where nobody asked for them."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from monitor import tracing
from monitor.app import build
from monitor.daemon import MISCONFIGURED, run
from monitor.errors import ConfigurationError
from monitor.pipeline.texts import article_id
from monitor.settings import Settings
from tests import desk as words
from tests.desk import WORDS, story
from tests.optional import ROOT, missing
from tests.receivers.channels import closed_port
from tests.servers import Outlets, Server

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ARTICLE = "00c0ffee00c0ffee"


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    yield
    tracing.stop()


@pytest.fixture
def sdk() -> None:
    if importlib.util.find_spec("opentelemetry") is None or importlib.util.find_spec("opentelemetry.sdk") is None:
        missing("no OpenTelemetry: install the extra otel")


@pytest.fixture
def spans(sdk: None) -> Any:
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    tracing.use("1").add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


class Collector(Server):
    """Takes traces as an OTLP/HTTP receiver does."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[bytes] = []

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        assert (request.command, request.path) == ("POST", "/v1/traces")
        self.bodies.append(request.rfile.read(int(request.headers["Content-Length"])))
        request.send_response(200)
        request.send_header("Content-Type", "application/x-protobuf")
        request.send_header("Content-Length", "0")
        request.end_headers()


def settings(folder: Path, url: str, **more: Any) -> Settings:
    return Settings(
        web=False,
        database_url=url,
        watchlists_dir=folder / "watchlists",
        seeds_dir=folder / "seeds",
        allow_networks="127.0.0.0/8",
        per_host_gap_seconds=0,
        workers=1,
        **more,
    )


async def test_an_article_is_one_trace_from_its_poll_to_each_attempt(
    folder: Path, outlets: Outlets, url: str, spans: Any
):
    outlets.publish("harbour", *story(WORDS[0]))
    channels = {"console": "console://", "dead": f"json://127.0.0.1:{closed_port()}"}
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=channels)
    app = build(settings(folder, url), console=io.StringIO(), secrets={})
    try:
        done = await app.tick()
    finally:
        await app.close()
    (alert,) = done.alerts
    found = spans.get_finished_spans()
    assert {f"{span.context.trace_id:016x}" for span in found} == {alert.article_id}
    poll, read, judge, *attempts = found
    assert [span.name for span in found] == ["poll", "read", "judge", "deliver", "deliver"]
    assert poll.parent is None
    assert {span.parent.span_id for span in (read, judge, *attempts)} == {poll.context.span_id}
    assert poll.attributes["source"] == read.attributes["source"] == "harbour"
    assert judge.attributes["alerts"] == 1
    assert {span.attributes["target"]: span.status.is_ok for span in attempts} == {"console": True, "dead": False}
    assert {span.attributes["alert"] for span in attempts} == {alert.key}
    assert all(span.start_time <= span.end_time for span in found)


def test_what_is_sampled_hangs_on_the_article_alone(sdk: None, monkeypatch: pytest.MonkeyPatch):
    """The root may have been another process's, so that what hangs below has to come to the same answer."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    exporter = InMemorySpanExporter()
    tracing.use("1").add_span_processor(SimpleSpanProcessor(exporter))
    articles = [article_id("harbour", str(number)) for number in range(60)]
    for article in articles:
        tracing.step("poll", article, NOW, NOW)
        tracing.step("read", article, NOW, NOW)
    found: dict[int, set[str]] = {}
    for span in exporter.get_finished_spans():
        found.setdefault(span.context.trace_id, set()).add(span.name)
    assert 0 < len(found) < len(articles)
    assert all(names == {"poll", "read"} for names in found.values())


def test_a_receiver_gets_the_spans_at_the_latest_at_the_end(sdk: None):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    with Collector() as receiver, tracing.on(receiver.url, "1.2.3"):
        tracing.step("poll", ARTICLE, NOW, NOW + timedelta(seconds=2), source="harbour")
        tracing.step("read", ARTICLE, NOW, NOW, "no answer", entry=7)
    (body,) = receiver.bodies
    (resource,) = ExportTraceServiceRequest.FromString(body).resource_spans
    about = {item.key: item.value.string_value for item in resource.resource.attributes}
    assert (about["service.name"], about["service.version"]) == ("newswatch-monitor", "1.2.3")
    poll, read = resource.scope_spans[0].spans
    assert poll.trace_id.hex() == read.trace_id.hex() == f"{0:016x}{ARTICLE}"
    assert (read.parent_span_id, read.status.message) == (poll.span_id, "no answer")
    assert poll.end_time_unix_nano - poll.start_time_unix_nano == 2_000_000_000


def test_a_receiver_that_is_away_keeps_nobody(sdk: None):
    with tracing.on(f"http://127.0.0.1:{closed_port()}", "1"):
        tracing.step("poll", ARTICLE, NOW, NOW)


def test_without_the_extra_the_daemon_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(ConfigurationError, match=r"newswatch-monitor\[otel\]"):
        tracing.start("http://127.0.0.1:1", "1")
    asked = settings(folder, f"sqlite:///{folder}/m.db", otlp_endpoint="http://127.0.0.1:1")
    assert run(asked) == MISCONFIGURED
    assert "newswatch-monitor[otel]" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("endpoint", "environment", "is_wanted"),
    [
        ("", {}, False),
        ("http://127.0.0.1:4318", {}, True),
        ("", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ("", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ("", {"OTEL_SERVICE_NAME": "a name alone"}, False),
    ],
)
def test_traces_are_off_unless_somebody_says_where_to(endpoint: str, environment: dict[str, str], is_wanted: bool):
    assert tracing.wanted(endpoint, environment) == is_wanted


def test_where_they_are_off_nothing_is_even_imported():
    program = """
import sys
from datetime import datetime, UTC
from monitor import tracing
with tracing.on("", "1"):
    tracing.step("poll", "00c0ffee00c0ffee", datetime.now(UTC), datetime.now(UTC))
print(*(name for name in sys.modules if name.startswith("opentelemetry.sdk")))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_id_of_a_trace_is_that_of_its_article_and_words_get_a_digest():
    assert f"{tracing.trace_id(ARTICLE):016x}" == ARTICLE
    heartbeats = [f"{tracing.trace_id(name):016x}" for name in ("monitor:heartbeat:1", "monitor:heartbeat:2")]
    assert len(set(heartbeats)) == 2
    assert all(len(name) == 16 for name in heartbeats)
