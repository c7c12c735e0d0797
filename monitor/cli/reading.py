"""Documents that a command is pointed to: a page of the web, a file, or an article of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from monitor.app.fetching import http_client, web_fetcher
from monitor.cli.context import Misuse
from monitor.core.model import Page
from monitor.errors import UnreadableError
from monitor.fetch.client import WebFetcher
from monitor.fetch.pages import extract
from monitor.fetch.workers import Workers
from monitor.settings import Settings

LARGEST_FILE = 20_000_000  # bytes
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body")


def is_url(subject: str) -> bool:
    return subject.lower().startswith(("http://", "https://"))


@asynccontextmanager
async def fetching(settings: Settings) -> AsyncIterator[WebFetcher]:
    """The guarded fetcher for the time of one command."""
    async with http_client(settings) as http, Workers(1) as workers:
        yield web_fetcher(settings, http, workers)


async def read_document(subject: str, settings: Settings, language: str, now: datetime) -> Page:
    """The text behind a URL or in a file. Raises FetchError, UnreadableError, Misuse."""
    if is_url(subject):
        async with fetching(settings) as fetcher:
            return await fetcher.page(subject, language, now)
    return await read_file(Path(subject), language, now)


async def read_file(path: Path, language: str, now: datetime) -> Page:
    """A saved web page, or plain text whose first line is the title. Raises UnreadableError, Misuse."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableError(f"{path}: larger than {LARGEST_FILE // 1_000_000} MB")
        body = path.read_bytes()
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}") from None
    if any(mark in body[:2000].lower() for mark in _MARKUP):
        async with Workers(1) as workers:
            return await workers.run(extract, body, "", "text/html", language, now, timeout=30.0)
    try:
        title, _, text = body.decode("utf-8-sig").strip().partition("\n")
    except UnicodeDecodeError:
        raise UnreadableError(f"{path}: neither a web page nor UTF-8 text") from None
    if not title:
        raise UnreadableError(f"{path}: the file is empty")
    return Page("", title.strip(), text.strip(), None, language)


def utc_now() -> datetime:
    return datetime.now(UTC)
