"""The guarded client and the fetcher as the settings want them, for the daemon and for single commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.app.finding import Finder
from monitor.fetch.client import WebFetcher
from monitor.fetch.http import Http
from monitor.fetch.workers import Workers
from monitor.ports import HostTurns
from monitor.settings import Settings


def http_client(settings: Settings, turns: HostTurns | None = None) -> Http:
    """Use it as an async context manager, or close it. `turns`: where other processes ask the same hosts."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return Http(
        user_agent=settings.user_agent + contact,
        allow_networks=[str(network) for network in settings.allow_networks],
        per_host=settings.per_host_concurrency,
        min_gap=settings.per_host_gap_seconds,
        max_gap=settings.per_host_gap_max_seconds,
        turns=turns,
    )


def finder(settings: Settings, http: Http, workers: Workers, now: Callable[[], datetime]) -> Finder:
    """Owns neither `http` nor `workers`."""
    limit = int(settings.feed_limit_mb * 1_000_000)
    return Finder(http, workers, now, timeout=settings.fetch_timeout_seconds, limit=limit)


def web_fetcher(settings: Settings, http: Http, workers: Workers) -> WebFetcher:
    """Owns neither `http` nor `workers`."""
    return WebFetcher(
        http,
        workers,
        timeout=settings.fetch_timeout_seconds,
        feed_limit=int(settings.feed_limit_mb * 1_000_000),
        page_limit=int(settings.page_limit_mb * 1_000_000),
    )
