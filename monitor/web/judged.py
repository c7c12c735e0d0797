"""An article judged while somebody waits for it: a few at a time, for it takes the processor, and nothing is kept."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime

from monitor.core.model import Article
from monitor.errors import MonitorError
from monitor.explanation import Before, Explanation, explain
from monitor.web.site import Site

LONGEST = 100_000  # characters of a text that are judged: no reader is kept waiting
_AT_ONCE, _WAITS = 2, 5.0  # judgements, and seconds that a further one waits for its turn
_turns = threading.BoundedSemaphore(_AT_ONCE)


class BusyError(MonitorError):
    """Others wait for theirs."""

    permanent = False


def judged(site: Site, article: Article, now: datetime) -> Explanation:
    """As `monitor explain` does: by the rules in force, on what was known before the article.

    Raises BusyError, StoreError.
    """
    if not _turns.acquire(timeout=_WAITS):
        raise BusyError("others are asking for explanations just now")
    item, articles = replace(article, text=article.text[:LONGEST]), site.shown.articles
    desk = site.configuration().desk
    try:
        return articles.on_baseline(lambda unit: explain(item, desk, Before(unit, item, articles.published), now))
    finally:
        _turns.release()
