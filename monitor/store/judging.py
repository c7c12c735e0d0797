"""The baseline as judgement sees it, and what judgement writes, inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from monitor.core.alerts import Action, Alert, Decision, DeliveryState
from monitor.core.model import Article, Fact, VerdictKind
from monitor.core.rejected import shelf
from monitor.core.relevant import Coverage, Question, Window
from monitor.errors import StoreError
from monitor.ports import Fingerprint
from monitor.store import copies, corrections, facts, responses, rows
from monitor.store.columns import bounded
from monitor.store.dialect import add_missing, chunks, missing
from monitor.store.engine import translating
from monitor.store.tables import (
    alert,
    article,
    delivery,
    fact,
    rule,
    seed,
    verdict,
)

ARTICLE = "article:"
SEED = "seed:"


class SqlUnit:
    """A `JudgingUnit` on one connection. The caller owns the transaction, and with it the locks of `rules`; of None,
    those of all."""

    def __init__(self, connection: Connection, rules: Collection[str] | None = None):
        self._connection = connection
        self._rules = None if rules is None else frozenset(rules)

    @translating()
    def waiting(self, articles: Sequence[Article]) -> Collection[str]:
        versions = {bounded(item.id): item for item in articles}
        found = self._connection.execute(_WAITING, {"ids": sorted(versions)})
        return {versions[id_].id for id_, version in found if version <= versions[id_].version}

    def _check(self, rule: str) -> None:
        """What another process may be changing is neither read nor written: that would be a mistake of ours."""
        if self._rules is not None and rule.removeprefix(shelf("")) not in self._rules:
            raise ValueError(f"rule {rule} is judged without its lock")

    @translating()
    def facts(self, question: Question, now: datetime) -> Sequence[Fact]:
        self._check(question.rule)
        return facts.answer(self._connection, question, now)

    @translating()
    def coverage(self, window: Window, now: datetime) -> Coverage:
        self._check(window.rule)
        return facts.coverage(self._connection, window, now)

    @translating()
    def near_copies(self, fingerprint: Fingerprint) -> Sequence[Fingerprint]:
        return copies.near(self._connection, fingerprint)

    @translating()
    def article_verdicts(self, document: str) -> Mapping[str, tuple[str, str]]:
        if not document.startswith(ARTICLE):
            return {}
        found = self._connection.execute(
            sa.select(verdict.c.rule, verdict.c.kind, verdict.c.event)
            .where(verdict.c.article_id == document.removeprefix(ARTICLE))
            .order_by(verdict.c.rule)
        )
        return {rule: (kind, event) for rule, kind, event in found}

    @translating()
    def record(
        self,
        article: Article,
        decisions: Sequence[Decision],
        learned: Sequence[Fact],
        alerts: Sequence[tuple[Alert, Sequence[tuple[str, str]]]],
        fingerprint: Fingerprint | None,
        now: datetime,
    ) -> list[Alert]:
        connection = self._connection
        for item in decisions:
            self._check(item.verdict.rule)
        _mark_judged(connection, article, now)
        stored = [item for item, targets in alerts if add_alert(connection, item, targets, now)]
        alerted = {item.rule for item in stored}
        _add_verdicts(
            connection,
            [rows.decision_to(item, article.id, item.verdict.rule in alerted, now) for item in decisions],
        )
        facts.add(connection, learned)
        if fingerprint is not None:
            copies.put(connection, fingerprint)
        return stored


def _mark_judged(connection: Connection, item: Article, now: datetime) -> None:
    """Unless a later version came in meanwhile: that one still waits."""
    marked = connection.execute(_MARK, {"id_": item.id, "latest": item.version, "now": now})
    if marked.rowcount:
        return
    if connection.execute(sa.select(article.c.id).where(article.c.id == item.id)).first() is None:
        raise StoreError(f"article {item.id} is not in the store: save it before judging it", permanent=True)


# Statements that run for every article are made once: to build one takes longer than to run it.
_MARK = (
    sa.update(article)
    .where(article.c.id == sa.bindparam("id_"), article.c.version <= sa.bindparam("latest"))
    .values(judged_at=sa.bindparam("now"), error="")
)

# The rows are locked in one order: two that were handed the same articles wait for one another, and one judges them.
_WAITING = (
    sa.select(article.c.id, article.c.version)
    .where(article.c.id.in_(sa.bindparam("ids", expanding=True)), article.c.judged_at.is_(None))
    .order_by(article.c.id)
    .with_for_update(key_share=True)
)


def add_alert(connection: Connection, item: Alert, targets: Sequence[tuple[str, str]], now: datetime) -> bool:
    """Store an alert with a delivery for each (channel, target); False when its key exists."""
    alert_id = connection.execute(missing(connection.dialect.name, alert, "id"), rows.alert_to(item)).scalar()
    if alert_id is None:
        return False
    if item.is_update:  # it joins an event that people may have answered
        responses.mark_answered(connection, item.rule, item.event)
    add_missing(
        connection,
        delivery,
        [
            {
                "alert_id": alert_id,
                "channel": channel,
                "target": target,
                "state": DeliveryState.PENDING.value,
                "attempts": 0,
                "next_at": now,
                "error": "",
                "created_at": now,
                "doubtful": False,
            }
            for channel, target in targets
        ],
    )
    return True


def _add_verdicts(connection: Connection, values: Sequence[dict[str, Any]]) -> None:
    if values:
        connection.execute(_verdicts(connection.dialect.name), values)


@cache
def _verdicts(dialect: str) -> Any:
    statement = postgresql.insert(verdict) if dialect == "postgresql" else sqlite.insert(verdict)
    changed: dict[str, sa.ColumnElement[Any]] = {
        column.name: statement.excluded[column.name]
        for column in verdict.c
        if column.name not in ("article_id", "rule")
    }
    # judged again, an article that alerted remains one that alerted
    changed["alerted"] = sa.or_(verdict.c.alerted, statement.excluded.alerted)
    # An edit is held against what the versions before it taught, and mostly goes on with their news: that the
    # article brought it stays what it was.
    says_more = sa.or_(
        verdict.c.kind != VerdictKind.NEW.value,
        verdict.c.event != statement.excluded.event,
        statement.excluded.action == Action.NOTIFY.value,
    )
    return statement.on_conflict_do_update(
        index_elements=[verdict.c.article_id, verdict.c.rule], set_=changed, where=says_more
    )


# --- rules -----------------------------------------------------------------------------------


def learned_rules(connection: Connection) -> dict[str, str]:
    return {row.id: row.meaning for row in connection.execute(sa.select(rule.c.id, rule.c.meaning))}


def replace_rules(connection: Connection, meanings: Mapping[str, str], now: datetime) -> None:
    connection.execute(sa.delete(rule))
    values = [{"id": name, "meaning": meaning, "learned_at": now} for name, meaning in meanings.items()]
    if values:
        connection.execute(sa.insert(rule), values)


# --- seeds -----------------------------------------------------------------------------------


def _document(seed_id: str) -> str:
    return seed_id if seed_id.startswith(SEED) else SEED + seed_id


def replace_seed(
    connection: Connection, seed_id: str, baseline: Sequence[Fact], print_: Fingerprint | None, now: datetime
) -> None:
    document = _document(seed_id)
    _drop_seeds(connection, [document])
    connection.execute(sa.insert(seed), {"document": document, "loaded_at": now})
    _refuse_taken(connection, document, [item.key for item in baseline])
    facts.insert(connection, corrections.still_aside(connection, document, baseline))
    if print_ is not None:
        copies.put(connection, print_)


def remove_seeds(connection: Connection, keep: Iterable[str]) -> int:
    kept = {bounded(_document(seed_id)) for seed_id in keep}
    gone = [document for document in connection.execute(sa.select(seed.c.document)).scalars() if document not in kept]
    _drop_seeds(connection, gone)
    return len(gone)


def _drop_seeds(connection: Connection, documents: Sequence[str]) -> None:
    copies.forget(connection, documents)
    for chunk in chunks(documents):
        connection.execute(sa.delete(fact).where(fact.c.source.in_(chunk)))
        connection.execute(sa.delete(seed).where(seed.c.document.in_(chunk)))


def _refuse_taken(connection: Connection, document: str, keys: Sequence[str]) -> None:
    for chunk in chunks(keys):
        query = sa.select(fact.c.key, fact.c.source).where(fact.c.key.in_(chunk)).order_by(fact.c.key)
        for key, holder in connection.execute(query):
            raise StoreError(
                f"{document}: the fact key {key} is taken by {holder}: give it another key", permanent=True
            )
