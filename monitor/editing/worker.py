"""The process in which an edit is tried: examples and backtests may take a minute of the processor, and the daemon's
loop is not to wait for them. One job as JSON on stdin, lines of JSON on stdout: how far it has come, then the result.

It ends by itself, also where whoever began it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from monitor import dictionaries
from monitor.backtest import Difference
from monitor.core.model import Article
from monitor.editing.comparing import compare, ledger, stored
from monitor.errors import ConfigurationError, MonitorError
from monitor.examples import run_examples
from monitor.store.engine import create_engine
from monitor.store.views import Views
from monitor.watchlists import Loaded, Seed, Texts, load, load_seeds

T = TypeVar("T")

_SHOWN = 100  # failures, or alerts of each kind
_LONGEST = 300  # characters of a foreign text
_GRACE = 20  # seconds after its time in which the process ends at the latest

Job = Mapping[str, Any]
Say = Callable[..., None]


def examples(job: Job, say: Say) -> dict[str, Any]:
    """Those of the rules in the file."""
    loaded, seeds = _read(job, _instead(job))
    mine = {rule.id: rule for rule in loaded.ruleset.rules if rule.watchlist == job["file"]}
    total = sum(len(example.articles) for rule in mine.values() for example in rule.examples)
    bounded = Bounded(run_examples(loaded.ruleset, lambda: ledger(seeds), mine), job["seconds"], say, total)
    failed = [
        {
            "rule": result.rule.id,
            "name": result.name,
            "line": result.article.line,
            "text": (result.article.title or result.article.text)[:_LONGEST],
            "why": result.failure,
        }
        for result in bounded
        if result.failure
    ]
    return {"texts": bounded.done, "of": total, "failed": failed[:_SHOWN], "failures": len(failed)}


def backtest(job: Job, say: Say) -> dict[str, Any]:
    """The latest stored articles through the files as they are and as they would be."""
    edited, edited_seeds = _read(job, _instead(job))
    try:
        live, seeds = _read(job, {})
    except ConfigurationError as error:
        words = "the files on disk have mistakes, so that there is nothing to compare with"
        raise ConfigurationError(f"{words}: {error.problems[0]}") from None
    engine = create_engine(job["database"])
    try:
        views = Views(engine)
        since = views.published_since(datetime.fromisoformat(job["now"]) - timedelta(days=job["days"]), job["most"])
        articles: Bounded[Article] = Bounded(stored(views, since), job["seconds"], say, job["most"])
        told = compare(views, articles, live.ruleset, edited.ruleset, since, seeds, edited_seeds)
    finally:
        engine.dispose()
    found = {"gained": told.added, "lost": told.removed, "kept": told.kept}
    return {
        "articles": told.articles,
        "stopped": articles.stopped,
        "since": since.isoformat(),
        **{name: [_plain(each) for each in each_kind[:_SHOWN]] for name, each_kind in found.items()},
        "numbers": {name: len(each_kind) for name, each_kind in found.items()},
    }


class Bounded(Iterable[T]):
    """Ends when the seconds are over, and says how far it has come."""

    def __init__(self, items: Iterable[T], seconds: float, say: Say, total: int):
        self.done, self.stopped = 0, False
        self._items, self._seconds, self._say, self._total = items, seconds, say, total

    def __iter__(self) -> Iterator[T]:
        ends = time.monotonic() + self._seconds
        told = 0.0
        for item in self._items:
            if (now := time.monotonic()) > ends:
                self.stopped = True
                return
            if now - told > 0.25:
                told = now
                self._say(done=self.done, of=self._total)
            yield item
            self.done += 1


def _plain(difference: Difference) -> dict[str, str]:
    article = difference.article
    return {
        "article": article.id,
        "title": article.title[:_LONGEST],
        "language": article.language,
        "outlet": article.outlet[:_LONGEST],
        "published": article.published.isoformat(),
        "rule": difference.rule,
        "headline": difference.headline[:_LONGEST],
        "why": difference.reason[: 2 * _LONGEST],
    }


def _read(job: Job, instead: Texts) -> tuple[Loaded, tuple[Seed, ...]]:
    """Raises ConfigurationError."""
    loaded, seeds = load(Path(job["watchlists"]), {}, instead), Path(job["seeds"])
    return loaded, load_seeds(seeds, loaded.ruleset, instead) if seeds.is_dir() else ()


def _instead(job: Job) -> Texts:
    return {Path(job["file"]): job["text"].encode()}


JOBS: Mapping[str, Callable[[Job, Say], dict[str, Any]]] = {"examples": examples, "backtest": backtest}


def main(arguments: Sequence[str] = ()) -> None:
    job = json.load(sys.stdin)
    os.nice(10)
    signal.alarm(int(job["seconds"]) + _GRACE)
    dictionaries.keep(Path(job["cache"]) if job["cache"] else None)

    def say(**words: Any) -> None:
        print(json.dumps(words), flush=True)

    try:
        say(result=JOBS[job["kind"]](job, say))
    except MonitorError as error:
        say(failure=str(error))
    except BrokenPipeError:  # whoever began it is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main(sys.argv[1:])
