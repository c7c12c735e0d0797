"""Traces with OpenTelemetry, where they are asked for: what each article went through, in any process.

The id of an article is that of its trace. Its poll is the root, and what came of it (read, judge,
deliver) hangs below, whichever process did it: both ids follow from the article's, so nothing has to
be handed on. Off unless `start` was called; then `step` costs a comparison.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from monitor.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

STANDARD = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
ROOT = "poll"
_EXPORT_SECONDS = 5.0  # for one batch; what a collector does not take is lost, and nothing waits for it
_HEXADECIMAL = re.compile("[0-9a-f]{16}")

_tracing: _Tracing | None = None
_root: ContextVar[tuple[int, int] | None] = ContextVar("root", default=None)


def wanted(endpoint: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Does a setting of ours, or a standard one, say where traces go?"""
    return bool(endpoint or any(environment.get(name) for name in STANDARD))


@contextmanager
def on(endpoint: str, version: str) -> Iterator[None]:
    """`start` where it is wanted, and `stop` at the end. Raises ConfigurationError."""
    if wanted(endpoint):
        start(endpoint, version)
    try:
        yield
    finally:
        stop()


def start(endpoint: str, version: str) -> None:
    """Send traces to an OTLP/HTTP receiver from now on; without `endpoint`, to where the standard variables say.

    Raises ConfigurationError where the extra `otel` is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        hint = "install newswatch-monitor[otel]"
        raise ConfigurationError(f"traces need the extra otel, which is not installed: {hint}") from error
    exporter = OTLPSpanExporter(endpoint=_address(endpoint) if endpoint else None, timeout=_EXPORT_SECONDS)
    use(version).add_span_processor(BatchSpanProcessor(exporter))


def use(version: str) -> TracerProvider:
    """Record spans from now on, for whatever span processors the answer is given."""
    global _tracing
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    names = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "newswatch-monitor"), "service.version": version}
    ids: Any = _Ids()
    provider = TracerProvider(resource=Resource.create(names), id_generator=ids, shutdown_on_exit=False)
    _tracing = _Tracing(provider)
    return provider


def stop() -> None:
    """Send what is left, and record nothing any more."""
    global _tracing
    if _tracing is not None:
        _tracing.provider.shutdown()
    _tracing = None


def step(name: str, article: str, began: datetime, ended: datetime, problem: str = "", **about: str | int) -> None:
    """Something that was done with an article; `poll` is the first step of each. `about` has no free text."""
    if _tracing is not None:
        _tracing.step(name, article, began, ended, problem, about)


def trace_id(article: str) -> int:
    """The article's id as it is, behind zeros; of ours, which are words, a digest."""
    return int(article if _HEXADECIMAL.fullmatch(article) else sha256(article.encode()).hexdigest()[:16], 16) or 1


class _Tracing:
    def __init__(self, provider: TracerProvider):
        from opentelemetry import context, trace

        self.provider, self._api, self._nowhere = provider, trace, context.Context()
        self._tracer = provider.get_tracer("monitor")

    def step(
        self, name: str, article: str, began: datetime, ended: datetime, problem: str, about: Mapping[str, str | int]
    ) -> None:
        api, trace = self._api, trace_id(article)
        root = int(sha256(f"{ROOT} {article}".encode()).hexdigest()[:16], 16) or 1
        known = {"article": article, **about}
        if name == ROOT:
            token = _root.set((trace, root))
            try:
                span = self._tracer.start_span(name, self._nowhere, attributes=known, start_time=_nanoseconds(began))
            finally:
                _root.reset(token)
        else:
            # As the root was, or will have been: whether it is sampled hangs on its id alone.
            decision: Any = self.provider.sampler.should_sample(None, trace, ROOT).decision
            flags = api.TraceFlags(api.TraceFlags.SAMPLED if decision.is_sampled() else api.TraceFlags.DEFAULT)
            parent = api.NonRecordingSpan(api.SpanContext(trace, root, is_remote=True, trace_flags=flags))
            context = api.set_span_in_context(parent, self._nowhere)
            span = self._tracer.start_span(name, context, attributes=known, start_time=_nanoseconds(began))
        if problem:
            span.set_status(api.Status(api.StatusCode.ERROR, problem))
        span.end(_nanoseconds(ended))


class _Ids:
    """Those of the root that is being made, else random ones."""

    def __init__(self) -> None:
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

        self._random: Any = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        root = _root.get()
        return root[0] if root else int(self._random.generate_trace_id())

    def generate_span_id(self) -> int:
        root = _root.get()
        return root[1] if root else int(self._random.generate_span_id())

    def is_trace_id_random(self) -> bool:
        return False


def _address(endpoint: str) -> str:
    return endpoint if endpoint.rstrip("/").endswith("/v1/traces") else f"{endpoint.rstrip('/')}/v1/traces"


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1_000
