"""Read-only queries for people: what the commands and pages show. All raise StoreError."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import Alert, Decision, Delivery, DeliveryState
from monitor.core.keeping import GONE
from monitor.core.model import Article, Fact, PollState, Source
from monitor.core.responses import Response, Standing, standing
from monitor.core.silences import Silence
from monitor.ports import Told
from monitor.store import answered, deliveries, rereading, rows, silences, totals
from monitor.store.answered import JournalRow, PrecisionRow
from monitor.store.columns import Key, UTCDateTime
from monitor.store.engine import describe, reading, transaction
from monitor.store.responses import responses, said_to
from monitor.store.tables import (
    alert,
    article,
    attempt,
    delivery,
    entry,
    entry_key,
    fact,
    fingerprint,
    seed,
    source,
    verdict,
)
from monitor.store.threads import Followed, followed
from monitor.store.totals import Backlog, Counts


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert in a list. `deliveries` counts its deliveries by state; states without any are left out."""

    id: int
    alert: Alert
    deliveries: Mapping[DeliveryState, int]
    standing: Standing


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try of a delivery. `outcome` is claimed, sending, sent, retry, failed, unknown (it may have arrived) or lost
    (its sender never reported back)."""

    number: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    error: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    delivery: Delivery
    created_at: datetime
    sent_at: datetime | None
    attempts: tuple[AttemptRow, ...]


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A verdict with the decision on it, as it was last judged."""

    decision: Decision
    alerted: bool
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """`verdict` holds reason, evidence and the fact it was held against, which is `fact` if it is still stored."""

    id: int
    alert: Alert
    verdict: VerdictRow | None
    fact: Fact | None
    deliveries: tuple[DeliveryRow, ...]
    standing: Standing
    responses: tuple[Response, ...]
    journal: tuple[JournalRow, ...]
    followed: tuple[Followed, ...] = ()  # what else was told of its event


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with its health. `plan` is why it is polled next when it is."""

    source: Source
    state: PollState
    plan: str
    entries: int
    pending: int


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """`judged_at` is None while it waits; `error` says why it could not be judged."""

    article: Article
    judged_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class SeedRow:
    id: str
    loaded_at: datetime
    facts: int
    rules: tuple[str, ...]
    fingerprint: bool


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """`name` is fit to show (no password); `size` is in bytes."""

    name: str
    backend: str
    version: str
    size: int


class Views:
    """Each method is one short read transaction."""

    def __init__(self, engine: Engine):
        self._engine = reading(engine)

    # --- alerts ------------------------------------------------------------------------------

    def alerts(self, since: datetime | None = None, rule: str | None = None, limit: int = 50) -> list[AlertRow]:
        """Newest first."""
        query = sa.select(alert).order_by(alert.c.created_at.desc(), alert.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(alert.c.created_at >= since)
        if rule is not None:
            query = query.where(alert.c.rule == rule)
        with transaction(self._engine) as connection:
            found = connection.execute(query).mappings().all()
            states = deliveries.counted(connection, [row["id"] for row in found])
            alerts = {row["id"]: rows.alert_from(row) for row in found}
            said = said_to(connection, {item.thread for item in alerts.values()})
        return [AlertRow(id_, item, states[id_], standing(said[item.thread], item.key)) for id_, item in alerts.items()]

    def find_alert(self, id_or_key: int | str) -> Alert | None:
        """By number or by key, as a person writes it."""
        with transaction(self._engine) as connection:
            row = _alert(connection, id_or_key)
            return rows.alert_from(row) if row is not None else None

    def alert(self, id_or_key: int | str) -> AlertDetail | None:
        """By number or by key, as a person writes it."""
        with transaction(self._engine) as connection:
            row = _alert(connection, id_or_key)
            if row is None:
                return None
            item = rows.alert_from(row)
            ruling = _verdict(connection, item.article_id, item.rule)
            against = ruling.decision.verdict.fact if ruling else None
            said = tuple(responses(connection, item.thread))
            return AlertDetail(
                row["id"],
                item,
                ruling,
                _fact(connection, against) if against else None,
                _deliveries(connection, row["id"], item.key),
                standing(said, item.key),
                said,
                answered.entries(connection, row["id"]),
                followed(connection, item),
            )

    def told(self, thread: str) -> Told | None:
        """All that was told and said of one event."""
        with transaction(self._engine) as connection:
            return answered.told(connection, thread)

    def precision(self, since: datetime) -> list[PrecisionRow]:
        """How people answered what each rule told since then, the worst rule first."""
        with transaction(self._engine) as connection:
            return answered.precision(connection, since)

    def silences(self, now: datetime, ended: bool = False) -> list[Silence]:
        """Those that last or are still to come, the first to end first; with `ended` those that are over as well."""
        with transaction(self._engine) as connection:
            return silences.known(connection, now, ended)

    # --- sources -----------------------------------------------------------------------------

    def sources(self) -> list[SourceRow]:
        """All that were ever configured, enabled ones first, then by id."""

        def per_source(*where: sa.ColumnElement[bool]) -> sa.Subquery:
            counted = sa.select(entry.c.source_id, sa.func.count().label("number")).where(*where)
            return counted.group_by(entry.c.source_id).subquery()

        counted, waiting = per_source(), per_source(entry.c.article_id.is_(None))
        query = (
            sa.select(
                source,
                sa.func.coalesce(counted.c.number, 0).label("entries"),
                sa.func.coalesce(waiting.c.number, 0).label("pending"),
            )
            .outerjoin(counted, counted.c.source_id == source.c.id)
            .outerjoin(waiting, waiting.c.source_id == source.c.id)
            .order_by(source.c.enabled.desc(), source.c.id)
        )
        with transaction(self._engine) as connection:
            return [
                SourceRow(
                    rows.source_from(row), rows.poll_state_from(row), row["plan_reason"], row["entries"], row["pending"]
                )
                for row in connection.execute(query).mappings()
            ]

    # --- articles and what was made of them --------------------------------------------------

    def article(self, id_or_url: str) -> ArticleRow | None:
        """By id, by its own URL, or by a URL under which a feed listed it."""
        listed = (
            sa.select(entry.c.article_id)
            .join(entry_key, entry_key.c.entry_id == entry.c.id)
            .where(entry_key.c.key == f"url:{id_or_url}", entry.c.article_id != GONE)
        )
        ways = (article.c.id == id_or_url, article.c.url_key == id_or_url, article.c.id.in_(listed))
        with transaction(self._engine) as connection:
            for where in ways:
                query = sa.select(article).where(where).order_by(article.c.published, article.c.id)
                row = connection.execute(query).mappings().first()
                if row is not None:
                    return ArticleRow(rows.article_from(row), row["judged_at"], row["error"])
        return None

    def versions(self, article_id: str) -> list[Article]:
        """Every version of an article, oldest first; none of one that is not there."""
        with transaction(self._engine) as connection:
            row = connection.execute(sa.select(article).where(article.c.id == article_id)).mappings().first()
            return rereading.versions(connection, rows.article_from(row)) if row is not None else []

    def published_since(self, since: datetime, most: int) -> datetime:
        """From when the latest `most` articles were published; never before `since`."""
        query = sa.select(article.c.published).order_by(article.c.published.desc()).offset(most).limit(1)
        with transaction(self._engine) as connection:
            found = connection.execute(query).scalar()
        return max(found, since) if found is not None else since

    def judged_articles(self, after: tuple[datetime, str], limit: int) -> list[Article]:
        """In order of publication, those after (published, id); none that could not be judged."""
        query = (
            sa.select(article)
            .where(
                sa.tuple_(article.c.published, article.c.id) > sa.tuple_(*after, types=[UTCDateTime(), Key()]),
                article.c.judged_at.is_not(None),
                article.c.error == "",
            )
            .order_by(article.c.published, article.c.id)
            .limit(limit)
        )
        with transaction(self._engine) as connection:
            return [rows.article_from(row) for row in connection.execute(query).mappings()]

    def verdicts(self, article_id: str) -> list[VerdictRow]:
        """What an article was to each rule, by rule."""
        query = sa.select(verdict).where(verdict.c.article_id == article_id).order_by(verdict.c.rule)
        with transaction(self._engine) as connection:
            return [_verdict_row(row) for row in connection.execute(query).mappings()]

    def facts(self, rule: str | None = None, source: str | None = None, limit: int = 500) -> list[Fact]:
        """The latest `limit` facts of a rule, or of a document (`seed:ID`, `article:ID`), oldest first."""
        query = sa.select(fact).order_by(fact.c.recorded.desc(), fact.c.key.desc()).limit(limit)
        if rule is not None:
            query = query.where(fact.c.rule == rule)
        if source is not None:
            query = query.where(fact.c.source == source)
        with transaction(self._engine) as connection:
            return [rows.fact_from(row) for row in connection.execute(query).mappings()][::-1]

    def seeds(self) -> list[SeedRow]:
        """The baseline documents that are loaded, by id."""
        query = (
            sa.select(seed, fingerprint.c.document.label("print"))
            .outerjoin(fingerprint, fingerprint.c.document == seed.c.document)
            .order_by(seed.c.document)
        )
        counted = (
            sa.select(fact.c.source, fact.c.rule, sa.func.count())
            .where(fact.c.source.in_(sa.select(seed.c.document)))
            .group_by(fact.c.source, fact.c.rule)
            .order_by(fact.c.source, fact.c.rule)
        )
        with transaction(self._engine) as connection:
            per_rule: dict[str, dict[str, int]] = {}
            for document, rule, count in connection.execute(counted):
                per_rule.setdefault(document, {})[rule] = count
            return [
                SeedRow(
                    row["document"].removeprefix("seed:"),
                    row["loaded_at"],
                    sum(per_rule.get(row["document"], {}).values()),
                    tuple(per_rule.get(row["document"], {})),
                    row["print"] is not None,
                )
                for row in connection.execute(query).mappings()
            ]

    # --- the whole ---------------------------------------------------------------------------

    def backlog(self) -> Backlog:
        """What waits, and what went wrong: costs as much as there is of it, so that it may be asked every minute."""
        with transaction(self._engine) as connection:
            return totals.backlog(connection)

    def counts(self) -> Counts:
        """How much there is of everything: looks at every row of most tables."""
        with transaction(self._engine) as connection:
            return totals.counts(connection)

    def database(self) -> DatabaseInfo:
        """Which database answers, with its version and size. SQLite's version is the library's."""
        postgres = self._engine.dialect.name == "postgresql"
        version = "SHOW server_version" if postgres else "SELECT sqlite_version()"
        size = (
            "SELECT pg_database_size(current_database())"
            if postgres
            else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        )
        with transaction(self._engine) as connection:
            return DatabaseInfo(
                describe(self._engine.url),
                "PostgreSQL" if postgres else "SQLite",
                str(connection.exec_driver_sql(version).scalar_one()),
                int(connection.exec_driver_sql(size).scalar_one()),
            )


def _alert(connection: Connection, id_or_key: int | str) -> rows.Row | None:
    written = str(id_or_key)
    if written.isascii() and written.isdigit() and len(written) < 19:  # more is beyond what the drivers can ask for
        row = connection.execute(sa.select(alert).where(alert.c.id == int(written))).mappings().first()
        if row is not None:
            return row
    return connection.execute(sa.select(alert).where(alert.c.key == written)).mappings().first()


def _verdict_row(row: rows.Row) -> VerdictRow:
    return VerdictRow(rows.decision_from(row), row["alerted"], row["judged_at"])


def _verdict(connection: Connection, article_id: str, rule: str) -> VerdictRow | None:
    query = sa.select(verdict).where(verdict.c.article_id == article_id, verdict.c.rule == rule)
    row = connection.execute(query).mappings().first()
    return _verdict_row(row) if row is not None else None


def _fact(connection: Connection, key: str) -> Fact | None:
    row = connection.execute(sa.select(fact).where(fact.c.key == key)).mappings().first()
    return rows.fact_from(row) if row is not None else None


def _deliveries(connection: Connection, alert_id: int, key: str) -> tuple[DeliveryRow, ...]:
    mine = sa.select(delivery).where(delivery.c.alert_id == alert_id).order_by(delivery.c.channel, delivery.c.target)
    found = connection.execute(mine).mappings().all()
    tries: dict[int, list[AttemptRow]] = {row["id"]: [] for row in found}
    query = sa.select(attempt).where(attempt.c.delivery_id.in_(list(tries)))
    for row in connection.execute(query.order_by(attempt.c.delivery_id, attempt.c.number)).mappings():
        tries[row["delivery_id"]].append(
            AttemptRow(row["number"], row["began_at"], row["ended_at"], row["outcome"], row["error"])
        )
    return tuple(
        DeliveryRow(rows.delivery_from(row, key), row["created_at"], row["sent_at"], tuple(tries[row["id"]]))
        for row in found
    )
