"""`monitor doctor`: is everything in place, and if not, what to do?"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from monitor import __version__
from monitor.app.answering import are_served
from monitor.app.fetching import http_client
from monitor.cli.conditions import conditions, kept_dictionaries, names, who_may_read
from monitor.cli.context import DOTENV, FAILED, OK, AsJson, Seeds, Setup, Watchlists, setup
from monitor.cli.finding import Finding, problems
from monitor.cli.output import count, in_words, show, show_json
from monitor.cli.reached import answers, channels, links
from monitor.cli.reading import utc_now
from monitor.config import SECRETS_DIRECTORY, load_settings
from monitor.core.deadletters import RECENT
from monitor.core.health import health
from monitor.core.keeping import LEAST_SPACE, NO_SPACE
from monitor.core.model import Source
from monitor.core.render import plain
from monitor.errors import ConfigurationError, FetchError, MonitorError, StoreError
from monitor.fetch.client import permit
from monitor.settings import Settings
from monitor.store.accounts import Accounts, Troubles
from monitor.store.shown import Shown
from monitor.store.totals import Counts
from monitor.store.views import Views
from monitor.watchlists import Loaded, load_seeds
from monitor.web.access.admission import admission, is_open

LIBRARIES = (
    *("aiohttp", "alembic", "apprise", "APScheduler", "feedparser", "Protego", "pydantic", "pydantic-settings"),
    *("PyYAML", "rensa", "simplemma", "SQLAlchemy", "structlog", "trafilatura", "typer"),
)
SOUND_SQLITE = (3, 51, 3)  # before it, two connections that write at once could, rarely, damage a WAL file
EARLIEST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")  # no clock that is right shows less
SKEW = timedelta(minutes=2)
NETWORK_SECONDS = 5.0
NETWORK_SOURCES = 3


def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Do not try the network.")] = False,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
    seeds: Seeds = None,
) -> int:
    """Look for everything that could be wrong with this installation, and say how to mend it."""
    findings = []
    for finding in _examine({"watchlists_dir": watchlists, "seeds_dir": seeds}, offline):
        findings.append(finding)
        if not as_json:
            show(f"{finding.level:5} {finding.what}" + (f"\n      → {finding.mend}" if finding.mend else ""))
    if as_json:
        show_json(findings)
    return FAILED if any(finding.level == "fail" for finding in findings) else OK


def _examine(changed: dict[str, Any], offline: bool) -> Iterator[Finding]:
    yield from _program()
    yield from _clock()
    try:
        _, unknown = load_settings(os.environ, DOTENV, SECRETS_DIRECTORY)
        given = setup(quiet=True, **changed)
    except ConfigurationError as error:
        yield from problems(error, "settings")
        return
    for problem in unknown:
        yield Finding("warn", f"settings: {in_words(problem)}", "correct the name or remove it")
    yield Finding("ok", "settings can be used (see `monitor config`)")
    if not given.settings.contact:
        what = "no contact is set: publishers whom we disturb can only block us"
        yield Finding("warn", what, "set MONITOR_CONTACT to an e-mail address or a web page")
    yield kept_dictionaries(given)
    yield from who_may_read(given)
    yield from _database(given)
    yield from links(given.settings, offline)
    loaded = None
    try:
        loaded = given.watchlists()
    except ConfigurationError as error:
        yield from problems(error, "watchlists")
    if loaded:
        yield from _files(given, loaded)
        yield from channels(given, loaded)
        if not offline:
            yield from asyncio.run(_network(given, loaded))


# --- the program and the machine -------------------------------------------------------------


def _program() -> Iterator[Finding]:
    yield Finding("ok", f"monitor {__version__} in {Path(__file__).resolve().parents[2]}")
    recent = sys.version_info >= (3, 11)
    python = f"Python {platform.python_version()}"
    yield Finding("ok", python) if recent else Finding("fail", python, "use Python 3.11 or newer")
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding("ok", f"libraries: {', '.join(found)}")
    if missing:
        yield Finding("fail", f"libraries that are missing: {', '.join(missing)}", "run `make setup`")


def _clock() -> Iterator[Finding]:
    now = utc_now()
    zone = time.tzname[time.localtime().tm_isdst > 0]
    if now < EARLIEST:
        yield Finding(
            "fail", f"the clock shows {now:%Y-%m-%d %H:%M} UTC", "set it, best by NTP: dates decide what is news"
        )
    else:
        yield Finding("ok", f"the clock shows {now:%Y-%m-%d %H:%M} UTC; local zone {zone} (all is kept in UTC)")
    try:
        ZoneInfo("Asia/Baku")
    except ZoneInfoNotFoundError:
        yield Finding("fail", "there is no time zone data", "install the package tzdata")


# --- the database ----------------------------------------------------------------------------


def _database(given: Setup) -> Iterator[Finding]:
    file = given.database_file
    if file is not None:
        yield from _sqlite(file)
    if file is not None and not file.exists():
        yield Finding("warn", f"there is no database {file} yet", "`monitor run` makes it, or `monitor db upgrade`")
        return
    try:
        with given.store() as engine:
            views = Views(engine)
            info, counts, polled = views.database(), views.counts(), views.sources()
            now = utc_now()
            troubles = Accounts(engine).troubles(now - RECENT, now)
            unanswered = list(answers(views, now))
            may_come_in = Shown(engine).people.counts()
            condition = list(conditions(given, engine, now))
    except StoreError as error:
        yield Finding("fail", f"database: {plain(str(error))}", "see MONITOR_DATABASE_URL in `monitor config`")
        return
    yield Finding(
        "ok",
        f"{info.name} ({info.backend} {info.version}, {info.size / 1e6:.1f} MB): "
        f"{count(counts.articles, 'article')}, {count(counts.facts, 'fact')}, {count(counts.alerts, 'alert')}",
    )
    yield from condition
    unwell = Counter(found.word for row in polled if (found := health(row.state, row.source, now)).unhealthy)
    if unwell:
        words = ", ".join(f"{number} {word}" for word, number in unwell.most_common())
        verb = "is" if unwell.total() == 1 else "are"
        what = f"{unwell.total()} of {count(counts.sources, 'source')} {verb} not healthy: {words}"
        yield Finding("warn", what, "`monitor sources list --unhealthy`")
    yield from _deliveries(counts, troubles)
    yield from unanswered
    if are_served(given.settings):
        yield _access(given.settings, *may_come_in)


def _access(settings: Settings, people: int, tokens: int) -> Finding:
    """How one comes to the desk."""
    found, where = admission(settings), f"the desk on {settings.web_host}"
    if is_open(settings):
        return Finding("ok", f"{where} is open to whoever is on this machine, and to nobody else")
    ways = [count(people, "account")] if people else []
    ways += [count(tokens, "token")] if tokens else []
    ways += [f"a proxy's {found.user_header}"] if found.vouches else []
    if people or found.vouches:
        return Finding("ok", f"{where} needs a login: {', '.join(ways)}")
    mend = "`monitor accounts add NAME --role admin`"
    if found.elsewhere and not tokens:
        return Finding(
            "fail", f"{where} can be reached from elsewhere, and nobody has an account: it will not start", mend
        )
    return Finding("warn", f"{where} needs a login, and nobody has an account", mend)


def _deliveries(counts: Counts, troubles: Troubles) -> Iterator[Finding]:
    """What is dead of late, or stuck, is a fault; what is dead for long is history that nobody has looked at."""
    if troubles.dead:
        what = f"{count(troubles.dead, 'delivery was', 'deliveries were')} given up in the last 24 hours"
        yield Finding("fail", what, "`monitor deliveries list`, then `monitor deliveries retry` or `drop`")
    if troubles.overdue:
        what = f"{count(troubles.overdue, 'delivery', 'deliveries')} should have been made more than 15 minutes ago"
        yield Finding("fail", what, "is `monitor run` running? See its log")
    if doubtful := counts.deliveries.get("unknown"):
        what = f"nobody knows whether {count(doubtful, 'delivery', 'deliveries')} arrived"
        yield Finding("warn", what, "`monitor deliveries list --state unknown`")
    if failed := counts.deliveries.get("failed"):
        what = f"{count(failed, 'delivery has', 'deliveries have')} failed for good"
        yield Finding("warn", what, "`monitor deliveries list --state failed`")


def _sqlite(file: Path) -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < SOUND_SQLITE:
        yield Finding(
            "warn",
            f"SQLite {sqlite3.sqlite_version} has a rare fault with two writers at once (mended in 3.51.3)",
            "nothing to do for one daemon on a local disk; keep backups, or use PostgreSQL",
        )
    else:
        yield Finding("ok", f"SQLite {sqlite3.sqlite_version}")
    folder = next(path for path in (file.parent, *file.parent.absolute().parents) if path.exists())
    if not os.access(folder, os.W_OK):
        yield Finding(
            "fail", f"{folder} cannot be written to", "the database lies there: change its owner or the setting"
        )
    yield from space(folder, shutil.disk_usage(folder).free)


def space(folder: Path, free: int) -> Iterator[Finding]:
    """What there is to say of `free` bytes beside the database."""
    if free < NO_SPACE:
        mend = "make room: until then nothing new is polled or judged; the daemon goes on by itself"
        yield Finding("fail", f"the disk is full: {free / 1e6:.1f} MB are free in {folder}", mend)
    elif free < LEAST_SPACE:
        yield Finding("warn", f"only {free / 1e6:.0f} MB are free in {folder}", "make room")


# --- what people wrote -----------------------------------------------------------------------


def _files(given: Setup, loaded: Loaded) -> Iterator[Finding]:
    directory = given.settings.watchlists_dir
    on = sum(rule.enabled for rule in loaded.ruleset.rules)
    yield Finding("ok", f"watchlists in {directory}: {count(len(loaded.ruleset.rules), 'rule')} ({on} switched on)")
    polled = sum(source.enabled for source in loaded.sources)
    if polled:
        yield Finding("ok", f"{count(polled, 'source is', 'sources are')} polled")
    else:
        yield Finding("warn", "no source is polled", f"write {directory}/sources.yaml")
    seeds = given.settings.seeds_dir
    try:
        found = load_seeds(seeds, loaded.ruleset)
    except ConfigurationError as error:
        yield from problems(error, "seeds")
        return
    if found:
        facts = count(sum(len(seed.facts) for seed in found), "fact")
        yield Finding("ok", f"seeds in {seeds}: {count(len(found), 'document')}, {facts}")
    else:
        yield Finding(
            "warn", f"there are no seeds in {seeds}: everything will be news", "`monitor seed add` proposes one"
        )


# --- the network -----------------------------------------------------------------------------


async def _network(given: Setup, loaded: Loaded) -> list[Finding]:
    """Offline is no fault of the installation: only a warning."""
    sources = [source for source in loaded.sources if source.enabled][:NETWORK_SOURCES]
    resolved = await asyncio.to_thread(names, sources)
    found_names = [resolved] if resolved else []
    answers = await asyncio.gather(*(_reach(given, source) for source in sources))
    reached = next((words for words, _ in answers if words), None)
    if not sources:
        return []
    if reached is None:
        tried = ", ".join(source.id for source in sources)
        what = f"network: none of {tried} could be reached"
        return [*found_names, Finding("warn", what, "check DNS, firewall and proxy of this machine")]
    skews = [skew for _, skew in answers if skew is not None]
    findings = [*found_names, Finding("ok", f"network: {reached}")]
    if skews and min(skews) > SKEW:
        minutes = min(skews).total_seconds() / 60
        findings.append(Finding("warn", f"the clock is {count(round(minutes), 'minute')} off", "set it, best by NTP"))
    return findings


async def _reach(given: Setup, source: Source) -> tuple[str, timedelta | None]:
    """In words that it answered ("" if not), and how far its clock is from ours."""
    async with http_client(given.settings) as http:
        try:
            answer = await http.get(source.url, limit_bytes=5_000_000, timeout=NETWORK_SECONDS, permit=permit(source))
        except FetchError as error:
            return f"{source.id} answers with HTTP {error.status}" if error.status else "", None
        except MonitorError:
            return "", None
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        skew = abs(theirs - utc_now()) if theirs.tzinfo else None
    except ValueError:
        skew = None
    return f"{source.id} answers", skew
