"""What `monitor doctor` finds of the condition of the database (its room, its clock, what was done last) and of what
stands beside it."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import Engine

from monitor import dictionaries
from monitor.app.answering import key_file
from monitor.app.upkeep import room
from monitor.cli.context import DOTENV, Setup
from monitor.cli.finding import Finding
from monitor.cli.output import at, count
from monitor.core import keeping
from monitor.core.keeping import Room
from monitor.core.language import dictionary
from monitor.core.model import Source
from monitor.core.rhythm import words
from monitor.store.shown.condition import Condition, condition

SIZES_OF = timedelta(days=14)  # from which growth is told
SOON = 30.0  # days until there is no room
LARGE_LOG = 256_000_000  # bytes of SQLite's write-ahead log
SKEW = timedelta(seconds=30)
SILENT_FOR = timedelta(hours=1)
BACKUP_AGE = timedelta(days=7)
STALE = timedelta(hours=1)


def conditions(given: Setup, engine: Engine, now: datetime) -> Iterator[Finding]:
    """Raises StoreError."""
    found = condition(engine, now - SIZES_OF)
    yield from space_left(room(given.settings, engine, found.size), [*found.sizes, (now, found.size)])
    yield from times(found, now)
    if (file := given.database_file) is not None:
        yield from log_size(file)


def space_left(found: Room, sizes: Iterable[tuple[datetime, int]]) -> Iterator[Finding]:
    """How fast the database grows, and when there is no room."""
    for kind, what in keeping.troubles(found).items():
        if kind == "limit":
            yield Finding("warn", what, "raise MONITOR_MAX_DATABASE_GB or keep less: see docs/operating.md")
    rate = keeping.growth(list(sizes))
    if rate is None:
        yield Finding("ok", "growth of the database: not known before it was measured for a day")
        return
    what = f"the database grows by {rate / 1e6:.1f} MB a day"
    left = keeping.days_left(found, rate)
    if left is None:
        yield Finding("ok", what)
    else:
        what = f"{what}: at this rate there is room for {count(round(left), 'day')}"
        soon = Finding("warn", what, "make room, or keep less: see docs/operating.md")
        yield soon if left < SOON else Finding("ok", what)


def times(found: Condition, now: datetime) -> Iterator[Finding]:
    """What was done last, by a clock that is right."""
    skew = abs(found.clock - now)
    if skew > SKEW:
        what = f"the clock of the database is {words(skew)} off from that of this machine"
        yield Finding("warn", what, "set both by NTP: leases and times of polls rest on them")
    if found.last_poll is None:
        yield Finding("ok", "nothing has been polled yet")
    elif now - found.last_poll > SILENT_FOR:
        what = f"nothing has been polled for {words(now - found.last_poll)}"
        yield Finding("warn", what, "is `monitor run` running? See its log")
    else:
        yield Finding("ok", f"last poll {at(found.last_poll)} UTC, last alert {at(found.last_alert)}")
    if found.last_backup is None:
        yield Finding("warn", "there has been no backup yet", "`monitor backup FOLDER`, best once a day")
    elif now - found.last_backup > BACKUP_AGE:
        what = f"the last backup is {words(now - found.last_backup)} old"
        yield Finding("warn", what, "`monitor backup FOLDER`, best once a day")
    else:
        yield Finding("ok", f"last backup {at(found.last_backup)} UTC")
    if found.owners:
        yield Finding("ok", f"{count(found.owners, 'process has', 'processes have')} work in hand")
    if found.stale is not None and found.clock - found.stale > STALE:
        what = f"a process died with work in hand {words(found.clock - found.stale)} ago, and nobody cleared it away"
        yield Finding("warn", what, "is `monitor run` running? Its work is free for others")


def log_size(file: Path) -> Iterator[Finding]:
    log = file.with_name(f"{file.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGE_LOG:
        what = f"SQLite's log {log} has grown to {size / 1e6:.0f} MB"
        yield Finding("warn", what, "somebody reads the database for long, or `monitor run` does not run")


def kept_dictionaries(given: Setup) -> Finding:
    """Whether judgement has its dictionaries at hand."""
    folder = given.settings.cache_dir
    made = [lang for lang in dictionary.LISTED if dictionaries.file_of(lang, folder).exists()]
    where = dictionaries.home(folder)
    if len(made) == len(dictionary.LISTED):
        return Finding("ok", f"dictionaries of {count(len(made), 'language')} in {where}")
    what = f"{len(made)} of {count(len(dictionary.LISTED), 'dictionary', 'dictionaries')} are in {where}"
    return Finding("warn", what, "`monitor run` makes the others at its start, which takes a minute")


def who_may_read(given: Setup) -> Iterator[Finding]:
    """Files with secrets that others of this machine can read, or that they could change."""
    for path in (DOTENV, key_file(given.settings)):
        if _mode(path) & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding("warn", f"{path} holds secrets, and others may read it", f"chmod 600 {path}")
    file = given.database_file
    if file is not None and _mode(file) & stat.S_IWOTH:
        yield Finding("fail", f"{file} can be changed by anybody on this machine", f"chmod 600 {file}")


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:  # it is not there, or not ours to look at
        return 0


def names(sources: Iterable[Source]) -> Finding | None:
    """Whether names of hosts are found; None where there is nothing to look up."""
    hosts = [host for source in sources if (host := urlsplit(source.url).hostname)]
    for host in hosts:
        try:
            socket.getaddrinfo(host, None)
        except OSError:
            continue
        return Finding("ok", f"DNS finds {host}")
    if not hosts:
        return None
    return Finding("warn", f"DNS finds none of {', '.join(hosts)}", "see /etc/resolv.conf, and the network")
