"""An entry brought to its text: the page fetched and extracted, or the feed's own words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bind_contextvars

from monitor import tracing
from monitor.core.editing import APART
from monitor.core.model import Article, Page, Source
from monitor.core.retry import backoff
from monitor.errors import FetchError, StoreError, UnreadableError
from monitor.pipeline.texts import NO_LINK, article_id, is_whole, make_article, next_version, stand_in
from monitor.pipeline.waiting import Waiting
from monitor.ports import ArticleStore, Fetcher, PendingEntry

log = structlog.get_logger("monitor.pipeline")

TRIES = 3  # at a page that cannot be read for the moment; then the feed's own text has to do
_FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Read:
    """One entry read: its article, or why it has to wait. `stored` is False for a text that was there."""

    entry_id: int
    article: Article | None = None
    stored: bool = False
    postponed: str = ""


class Reader:
    """`timeout` in seconds is for one page, waiting for the host included; `sources` are those in force, by id."""

    def __init__(
        self,
        store: ArticleStore,
        fetcher: Fetcher,
        storing: Waiting,
        now: Callable[[], datetime],
        timeout: float,
        sources: Callable[[], Mapping[str, Source]],
    ):
        self._store, self._fetcher, self._storing, self._now = store, fetcher, storing, now
        self._timeout, self._sources = timeout, sources

    async def read(self, pending: PendingEntry) -> Read:
        """Raises StoreError while the store cannot be had."""
        source = self._sources().get(pending.source_id) or stand_in(pending)
        article = pending.former.id if pending.former else article_id(pending.source_id, pending.entry.identity)
        bind_contextvars(source=pending.source_id, entry=pending.id, article=article)
        began = self._now()
        done = await self._brought(pending, source)
        tracing.step("read", article, began, self._now(), done.postponed, source=pending.source_id, entry=pending.id)
        return done

    async def _brought(self, pending: PendingEntry, source: Source) -> Read:
        page, note, again = await self._page(pending, source)
        if pending.former is not None:
            return await self._reread(
                pending, pending.former, make_article(pending, source, page, note, self._now()), again
            )
        if again is not None:
            return await self._postpone(pending, note, again)
        article = make_article(pending, source, page, note, self._now())
        try:
            stored: bool = await self._storing(self._store.save_article, pending.id, article)
        except Exception as error:
            if unavailable(error):
                raise
            log.error("text not stored", source=pending.source_id, entry=pending.id, exc_info=error)
            return await self._postpone(pending, f"its text could not be stored: {words(error)}", None)
        log.info("read", source=source.id, article=article.id, url=article.url, **({"note": note} if note else {}))
        return Read(pending.id, article, stored)

    async def _reread(self, pending: PendingEntry, former: Article, read: Article, again: float | None) -> Read:
        """Store what an edited page says now. A page that cannot be read again leaves the text as it is."""
        now = self._now()
        version = next_version(former, read, pending.why)
        next_at = None if again is None else now + backoff(1, again, first=APART)
        try:
            stored: bool = await self._storing(self._store.reread, pending.id, version, now, next_at)
        except Exception as error:
            if unavailable(error):
                raise
            log.error("version not stored", source=pending.source_id, entry=pending.id, exc_info=error)
            await self._storing(self._store.reread, pending.id, None, now, None)
            return Read(pending.id, postponed=f"its new version could not be stored: {words(error)}")
        log.info("read again", source=pending.source_id, article=former.id, why=pending.why, edited=stored)
        return Read(pending.id, version or former, stored)

    async def _page(self, pending: PendingEntry, source: Source) -> tuple[Page | None, str, float | None]:
        """The page; or None, why, and for a failure that is worth another try how long to wait at least (seconds)."""
        url = pending.entry.url
        if not url:
            return None, NO_LINK, None
        if is_whole(pending.entry):
            return None, "", None
        wait, language = 0.0, pending.entry.language or source.language
        try:
            async with asyncio.timeout(self._timeout):
                return await self._fetcher.page(url, language, self._now(), source), "", None
        except (FetchError, UnreadableError) as error:
            if error.permanent:
                return None, str(error), None
            note = str(error)
            wait = getattr(error, "retry_after", None) or 0.0
        except TimeoutError:
            note = f"no answer within {self._timeout:g} s, waiting for the host's turn included"
        except Exception as error:
            log.error("reading broke", source=source.id, entry=pending.id, exc_info=error)
            note = words(error)
        return None, note, wait if pending.attempts + 1 < TRIES else None

    async def _postpone(self, pending: PendingEntry, why: str, wait: float | None) -> Read:
        next_try = self._now() + backoff(pending.attempts + 1, wait, first=_FIRST_PAUSE)
        await self._storing(self._store.postpone_entry, pending.id, next_try, why)
        log.warning("reading postponed", source=pending.source_id, entry=pending.id, why=why, next=next_try.isoformat())
        return Read(pending.id, postponed=why)


def unavailable(error: BaseException) -> bool:
    return isinstance(error, StoreError) and error.unavailable


def words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
