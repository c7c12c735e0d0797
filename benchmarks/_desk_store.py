"""Fills a database with what years of work leave behind, as the desk shows it: every table, and the index of words.

Articles come the denser the later: a fifth of two years' articles are of the last month. A third touch a rule, a
fifth of those begin an event, and some events are told a thousand times over. Rules, sources and languages are as
uneven as in life. Nothing is computed by the monitor itself, for that would take days; what it would look for again is
in the form in which it writes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from benchmarks._measure import progress
from benchmarks.search import LANGUAGES, Supply
from monitor.configuration import Configuration
from monitor.core import duplicates
from monitor.core.rules import Rule
from monitor.core.searching import Kept, kept
from monitor.store import searching
from monitor.store.rows import bands_to
from monitor.store.searching import Unindexed, marks_of
from monitor.store.tables import metadata

SPAN = timedelta(days=730)
TEXTS = 10_000  # that differ; the articles tell them over and over
TOGETHER = 10_000  # articles
REMEMBERED = 100_000  # articles whose fingerprints are kept, the latest
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SEVERITIES = ("critical", "high", "medium", "low")
_WEIGHTS = (45, 33, 14, 8)  # of the languages
_PEOPLE = ("Leyla", "Taras", "Nino", "Rauf")


@dataclass(frozen=True, slots=True)
class Told:
    """A text that many outlets tell. `lexemes` is what PostgreSQL keeps of it, marks aside."""

    language: str
    title: str
    text: str
    kept: Kept
    lexemes: str


@dataclass(slots=True)
class Events:
    """What is going on about a rule: the latest events, and one that everybody tells."""

    rule: Rule
    begun: int = 0
    open: list[str] = field(default_factory=list)

    def next(self, random: Random) -> tuple[str, bool]:
        """An event, and whether it begins."""
        if not self.open or random.random() < 0.2:
            self.begun += 1
            self.open = [*self.open[-8:], f"{self.rule.id}-{self.begun:06}"]
            return self.open[-1], True
        if random.random() < 0.15:
            return f"{self.rule.id}-{self.begun - self.begun % 1_000 or 1:06}", False
        return random.choice(self.open), False


class Filling:
    """Rows by table, written many at a time."""

    def __init__(self, engine: Engine, configuration: Configuration, number: int, now: datetime):
        self._engine, self._number, self._now = engine, number, now
        self._postgres = engine.dialect.name == "postgresql"
        self._random = Random(7)
        self._sources = configuration.sources
        self._events = [Events(rule) for rule in configuration.ruleset.rules if rule.kind.value != "volume"]
        self._rules = [1 / (place + 2) for place in range(len(self._events))]
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._numbers: dict[str, int] = {}
        self._bands = len(duplicates.likeness("", " ".join(map(str, range(100)))).bands)

    def fill(self) -> None:
        told = _texts(min(self._number, TEXTS))
        progress(f"    {len(told):,} texts")
        with self._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            write = _copying(raw) if self._postgres else _inserting(raw)
            for number in range(self._number):
                self._article(number, told)
                if number % TOGETHER == TOGETHER - 1 or number == self._number - 1:
                    self._write(write)
                    progress(f"    {number + 1:,} articles")
        self._sources_at_work()

    def _write(self, write: Callable[[str, Sequence[str], list[tuple[Any, ...]]], None]) -> None:
        order = [table.name for table in metadata.sorted_tables]
        for name in sorted(self._rows, key=lambda name: order.index(name) if name in order else -1):
            write(name, _COLUMNS[name], self._rows[name])
        self._rows.clear()

    def _add(self, table: str, *values: Any) -> None:
        self._rows.setdefault(table, []).append(tuple(self._at(v) if isinstance(v, datetime) else v for v in values))

    def _next(self, table: str) -> int:
        self._numbers[table] = self._numbers.get(table, 0) + 1
        return self._numbers[table]

    def _at(self, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f") + ("+00" if self._postgres else "")

    # --- one article after the other ---------------------------------------------------------

    def _article(self, number: int, texts: Sequence[Told]) -> None:
        random = self._random
        left = 1 - (number + 1) / self._number
        published = self._now - 5 * MINUTE - SPAN * (0.25 * left + 0.75 * left * left)
        seen = published + timedelta(seconds=random.expovariate(1 / 200))
        judged = seen + timedelta(seconds=2 + random.expovariate(0.5))
        told = texts[random.randrange(len(texts))]
        source = self._sources[int(len(self._sources) * random.random() ** 2)]
        id_ = sha256(f"desk-{number}".encode()).hexdigest()[:16]
        url = f"https://{source.id}.example/news/{id_}"
        number_ = searching.first_number(published)
        made = [self._verdict(events, id_, url, told, source, published, seen, judged) for events in self._touched()]
        item = Unindexed(
            *(id_, 1, told.title, told.text, published, told.language, source.name, source.publisher, source.id),
            *(source.country, tuple((rule, kind, alerted) for rule, kind, alerted in made)),
        )
        marks = marks_of(item, told.language)
        self._add(
            *("article", id_, told.title, told.text, published, seen, told.language, source.name, source.publisher),
            *(url, url, source.id, source.tier, False, False, "", judged, "", judged, number_, 1, "bench", seen, ""),
        )
        self._word(number_, told, marks)
        entry = self._next("entry")
        self._add(
            *("entry", entry, source.id, id_, url, told.title, told.text[:200], "", published, "", "", told.language),
            *(seen, False, 1, seen, "", id_),
        )
        self._add("entry_key", f"guid:{source.id}:{id_}", entry)
        if number >= self._number - REMEMBERED:
            self._fingerprint(id_)

    def _touched(self) -> list[Events]:
        chance = self._random.random()
        count = 2 if chance < 0.04 else 1 if chance < 0.33 else 0
        return list({e.rule.id: e for e in self._random.choices(self._events, self._rules, k=count)}.values())

    def _word(self, number: int, told: Told, marks: frozenset[str]) -> None:
        if self._postgres:
            added = " ".join(f"'@{mark}'" for mark in (*marks, f"w{number // searching.WEEK}"))
            self._add("article_words", number, f"{told.lexemes} {added}")
        else:
            self._add("article_words", number, " ".join(told.kept.lemmas), " ".join(told.kept.others), " ".join(marks))

    def _fingerprint(self, article: str) -> None:
        bands = [self._random.getrandbits(63) - 2**62 for _ in range(self._bands)]
        number = self._next("fingerprint")
        self._add("fingerprint", number, f"article:{article}", self._random.randbytes(804), bands_to(bands))
        for band in sorted(set(bands)):
            self._add("fingerprint_band", band, number)

    # --- what it was to a rule ---------------------------------------------------------------

    def _verdict(
        self, events: Events, article: str, url: str, told: Told, source: Any, published: datetime, seen: datetime,
        judged: datetime,
    ) -> tuple[str, str, bool]:  # fmt: skip
        random, rule = self._random, events.rule
        event, begins = events.next(random)
        update = not begins and random.random() < 0.09
        alerted = begins or update
        kind = "new" if begins else "followup" if update or random.random() < 0.3 else "known"
        step = rule.steps[0].id if rule.steps else ""
        fact = f"article:{article}:{rule.id}:0"
        sentence = told.text.partition(".")[0]
        evidence = json.dumps([[sentence, 0, len(sentence), "lead"]], ensure_ascii=False)
        reason = "Nothing like it is known." if begins else f"It is told of {event} already, and says nothing new."
        severity = rule.severity.value
        self._add(
            *("verdict", article, rule.id, kind, event, reason, None if begins else f"bench:{event}", 0.8, step),
            *("asserted", "outlet", evidence, "", "", "notify" if alerted else "drop", reason, severity),
            *('["oncall"]' if alerted else "[]", alerted, judged),
        )
        if kind != "known" and random.random() < 0.8:
            self._fact(fact, rule, step, event, published, article, sentence, told, source, url)
        if alerted:
            key = f"{rule.id}:{event}" if begins else f"{rule.id}:{event}:update:{article}"
            self._alert(key, rule, event, reason, judged, article, url, told, source, published, seen, evidence)
        return rule.id, kind, alerted

    def _fact(
        self, key: str, rule: Rule, step: str, event: str, at: datetime, article: str, words: str, told: Told,
        source: Any, url: str,
    ) -> None:  # fmt: skip
        names = sorted(set(told.title.split()))
        details = {"names": names[:3], "places": [], "figures": [], "signature": sorted(set(words.split()))}
        day = at.date().isoformat()
        self._add(
            *("fact", key, rule.id, rule.kind.value, step, event, at, f"article:{article}", words, day, day, True),
            *("asserted", "outlet", told.language, source.name, url, False, json.dumps(details, ensure_ascii=False)),
        )

    def _alert(
        self, key: str, rule: Rule, event: str, reason: str, at: datetime, article: str, url: str, told: Told,
        source: Any, published: datetime, seen: datetime, evidence: str,
    ) -> None:  # fmt: skip
        random, number = self._random, self._next("alert")
        whole = ":update:" not in key
        answered = at + 20 * MINUTE if random.random() < (0.8 if self._now - at > timedelta(days=1) else 0.3) else None
        if answered and answered > self._now:
            answered = None
        shadow = rule.on_trial or random.random() < 0.01
        self._add(
            *("alert", number, key, rule.id, rule.title, rule.severity.value, event, told.title, reason, at, article),
            *(told.title, url, source.name, told.language, published, seen, source.tier, "asserted", "outlet"),
            *(evidence, "" if whole else "4", "" if whole else "6", '["oncall"]', "default", "bench", source.country),
            *(True, shadow, answered if whole else None),
        )
        for target in () if shadow else ("screen", "printer"):
            self._delivery(number, target, at)
        if answered and whole:
            answer, fault = random.choice(
                (("acknowledge", None), ("resolve", None), ("acknowledge", None), ("reject", "not-new"))
            )
            author = random.choice(_PEOPLE)
            self._add(
                *("response", self._next("response"), rule.id, event, answer, author, answered, "seen", None, fault),
                *("web", ""),
            )
            self._add("journal", self._next("journal"), number, None, answered, answer, answer, author)
            self._add(
                *("audit", self._next("audit"), answered, author, "session", f"alert.{answer}", f"alert:{number}"),
                "seen",
            )

    def _delivery(self, alert: int, target: str, at: datetime) -> None:
        random, number = self._random, self._next("delivery")
        late = self._now - at < timedelta(days=1)
        dead = random.random() < (0.05 if late else 0.002)
        sent, tries = at + timedelta(seconds=random.expovariate(1)), 2 if dead or random.random() < 0.1 else 1
        error = "HTTP 503: try again later" if dead else ""
        self._add(
            *("delivery", number, alert, "oncall", target, "failed" if dead else "sent", tries, None, error, at),
            *(None if dead else sent, False, "alert", 0, "", ""),
        )
        for turn in range(1, tries + 1):
            outcome = "sent" if turn == tries and not dead else "failed" if turn == tries else "retry"
            self._add("attempt", number, turn, at + turn * SECOND, sent + turn * SECOND, outcome, error, "")

    # --- the sources -------------------------------------------------------------------------

    def _sources_at_work(self) -> None:
        """All were asked of late, one in thirty does not answer, and their turns are spread over the time to come."""
        random = self._random
        with self._engine.begin() as connection:
            for place, source in enumerate(self._sources):
                wait = source.interval * random.random()
                polled = self._now - source.interval + wait
                ill, quiet = place % 30 == 17, place % 20 == 3
                values = {
                    "next_poll_at": self._now + wait,
                    "last_poll_at": polled,
                    "last_success_at": polled - timedelta(days=2) if ill else polled,
                    "last_new_at": polled - (timedelta(days=40) if quiet else timedelta(hours=3 * random.random())),
                    "failures": 9 if ill else 0,
                    "status": "blocked" if ill else "healthy",
                    "error": "HTTP 403: the server refuses us" if ill else "",
                    "plan_reason": "its interval",
                }
                table = metadata.tables["source"]
                connection.execute(sa.update(table).where(table.c.id == source.id).values(values))


def _texts(number: int) -> list[Told]:
    supply, random, found = Supply(1), Random(3), []
    for _ in range(number):
        lang = random.choices(LANGUAGES, _WEIGHTS)[0]
        title, text = supply.text(lang)
        words = kept(title, text, lang)
        found.append(Told(lang, title, text, words, lexemes(words)))
    return found


def lexemes(words: Kept) -> str:
    """As `monitor.store.searching` writes them for PostgreSQL."""
    item = searching.Indexed("", 1, datetime.fromtimestamp(0, UTC), words, frozenset())
    return searching._vector(0, item).rpartition(" ")[0]


# --- writing ---------------------------------------------------------------------------------

_COLUMNS: dict[str, Sequence[str]] = {
    name: columns.split()
    for name, columns in {
        "article": "id title text published first_seen language outlet publisher url url_key source_id tier "
        "summary_only learn_only note judged_at error indexed_at number version extractor extracted_at why",
        "entry": "id source_id identity url title summary content published published_raw author language first_seen "
        "learn_only attempts next_try_at error article_id",
        "entry_key": "key entry_id",
        "fingerprint": "id document signature bands",
        "fingerprint_band": "band fingerprint_id",
        "verdict": "article_id rule kind event reason fact score step assertion attribution evidence previous current "
        "action decision_reason severity channels alerted judged_at",
        "fact": "key rule kind step event recorded source words when_first when_last dated assertion attribution "
        "language outlet url ahead details",
        "alert": "id key rule rule_title severity event headline reason created_at article_id article_title "
        "article_url outlet language published first_seen tier assertion attribution evidence previous current "
        "channels route watchlist country rings shadow answered_at",
        "delivery": "id alert_id channel target state attempts next_at error created_at sent_at doubtful purpose "
        "round hold reason",
        "attempt": "delivery_id number began_at ended_at outcome error occasion",
        "response": "id rule event answer author at reason until fault via alert",
        "journal": "id alert_id delivery_id at what words author",
        "audit": "id at author via what about words",
    }.items()
}


def _columns(name: str, known: Sequence[str], postgres: bool) -> Sequence[str]:
    if name != "article_words":
        return known
    return ("number", "words") if postgres else ("rowid", "lemmas", "others", "marks")


_COLUMNS["article_words"] = ()


def _copying(raw: Any) -> Callable[[str, Sequence[str], list[tuple[Any, ...]]], None]:
    def write(name: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        named = ", ".join(f'"{column}"' for column in _columns(name, columns, True))
        with raw.cursor() as cursor, cursor.copy(f'COPY "{name}" ({named}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        raw.commit()

    raw.execute("SET statement_timeout = 0")
    raw.execute("DROP INDEX IF EXISTS ix_article_words")
    raw.commit()
    return write


def _inserting(raw: Any) -> Callable[[str, Sequence[str], list[tuple[Any, ...]]], None]:
    def write(name: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        named = _columns(name, columns, False)
        places = ", ".join("?" * len(named))
        raw.execute("BEGIN")
        raw.executemany(
            f'INSERT INTO "{name}" ({", ".join(_quoted(named))}) VALUES ({places})',
            rows,
        )
        raw.execute("COMMIT")

    raw.commit()
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-600000", "journal_mode=OFF"):
        raw.execute(f"PRAGMA {pragma}")
    return write


def _quoted(names: Sequence[str]) -> Iterator[str]:
    return (f'"{name}"' for name in names)


def finish(engine: Engine) -> None:
    """The index that is quicker made at the end, numbers that go on, and the statistics that a server keeps."""
    if engine.dialect.name != "postgresql":
        return
    numbered = ("entry", "fingerprint", "alert", "delivery", "response", "journal", "audit")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            *("SET statement_timeout = 0", "SET maintenance_work_mem = '1GB'"),
            "CREATE INDEX ix_article_words ON article_words USING gin (words) WITH (gin_pending_list_limit = 1024)",
            *(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))" for name in numbered),
            "VACUUM ANALYZE",
        ):
            _alone(connection, statement)


def _alone(connection: Connection, statement: str) -> None:
    connection.execute(sa.text(statement))
