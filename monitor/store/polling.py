"""Sources, polls and entries. Every function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.model import Article, Entry, Polled, PollPlan, PollState, Source
from monitor.core.polling import Overdue, after_silence, host_silence, next_state, silence, spread, waiting
from monitor.errors import StoreError
from monitor.ports import PendingEntry
from monitor.store import rereading, rows
from monitor.store.columns import bounded
from monitor.store.dialect import LOCK_POLL, among, chunks, insert, insert_new, missing, serialise, update_each
from monitor.store.tables import article, entry, entry_key, source

# What belongs to a URL. Sent to another one validators could hide its content; and what another one lists
# was there before we began to listen to it.
_OF_ONE_URL = {field.name for field in fields(PollState)} - {
    "next_poll_at", "last_poll_at", "last_new_at", "failures", "status", "error"
}  # fmt: skip
_OF_A_MOVE = ("moved_to", "moved_since", "moved_polls")
_OUTAGE = timedelta(minutes=1)  # what is overdue by more was not asked because nobody was there

Record = tuple[Polled, PollPlan, frozenset[str]]

# Made once: to build one takes longer than to run it, and polls are many.
_STATE = [source.c[name] for name in rows.STATE]
_THESE = (
    sa.select(source.c.id, source.c.host, source.c.plan_reason, *_STATE)
    .where(source.c.id.in_(sa.bindparam("these", type_=source.c.id.type, expanding=True)))
    .order_by(source.c.id)  # locked in one order, so that two such transactions wait instead of failing
    .with_for_update()
)
_LAST = sa.select(sa.func.max(entry.c.id))
_NUMBERED_BY_DATABASE = sa.insert(entry).returning(entry.c.id, sort_by_parameter_order=True)


def sync_sources(connection: Connection, sources: Sequence[Source], now: datetime) -> None:
    """All new ones are due at once; their order in the list is kept by how long they are overdue."""
    new = rows.state_to(PollState())
    given = [
        {
            **new,
            **rows.source_to(item),
            "plan_reason": "",
            "next_poll_at": now - item.interval * (1 - place / len(sources)),
        }
        for place, item in enumerate(sources)
    ]
    if given:
        statement = insert(connection, source)
        excluded = statement.excluded
        changed = source.c.url != excluded.url
        # Where the old one led to for good, it is the same list.
        other = sa.and_(changed, sa.func.coalesce(source.c.moved_to, "") != excluded.url)
        # Who asks for it more often does not mean: after the day that it had been left alone for.
        sooner = sa.and_(source.c.max_interval_seconds > excluded.max_interval_seconds, source.c.failures == 0)
        forgotten = {name: sa.case((other, excluded[name]), else_=source.c[name]) for name in _OF_ONE_URL}
        forgotten |= {name: sa.case((changed, excluded[name]), else_=source.c[name]) for name in _OF_A_MOVE}
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[source.c.id],
                set_={
                    **{name: excluded[name] for name in rows.source_to(sources[0]) if name != "id"},
                    **forgotten,
                    "next_poll_at": sa.case(
                        (sa.or_(other, sooner), excluded.next_poll_at), else_=source.c.next_poll_at
                    ),
                },
            ),
            given,
        )
    ids = [item.id for item in sources]
    connection.execute(sa.update(source).where(source.c.id.not_in(ids)).values(enabled=False))


def due_sources(
    connection: Connection, now: datetime, limit: int, per_host: int | None, only: Sequence[str] | None = None
) -> list[tuple[str, PollState]]:
    due = sa.and_(source.c.enabled, source.c.next_poll_at <= now)
    if only is not None:
        due = sa.and_(due, source.c.id.in_(only))
    order = (source.c.next_poll_at, source.c.id)
    query = sa.select(source.c.id, *_STATE).order_by(*order).limit(limit)
    if per_host is None:
        query = query.where(due)
    else:
        # As an expression, or SQLite would walk through all sources by the index on hosts to find the few that are due.
        host = source.c.host.concat("")
        place = sa.func.row_number().over(partition_by=host, order_by=order).label("place")
        queued = sa.select(source.c.id, source.c.next_poll_at, place).where(due).subquery()
        first = (
            sa.select(queued.c.id)
            .where(queued.c.place <= per_host)
            .order_by(queued.c.next_poll_at, queued.c.id)
            .limit(limit)
        )
        query = query.where(source.c.id.in_(first))
    return [(row["id"], rows.poll_state_from(row)) for row in connection.execute(query).mappings()]


def record_polls(connection: Connection, polls: Sequence[Record]) -> list[tuple[str, ...]]:
    """Each source at most once."""
    serialise(connection, LOCK_POLL)  # or two polls that list the same URL could both find it new
    ids = [polled.source_id for polled, _, _ in polls]
    found = {row["id"]: row for row in connection.execute(_THESE, {"these": ids}).mappings()}
    if unknown := [name for name in ids if bounded(name) not in found]:
        raise StoreError(f"source {unknown[0]} is not in the store", permanent=True)
    new = _store_entries(connection, polls)
    changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for polled, plan, _ in polls:
        row = found[bounded(polled.source_id)]
        before = rows.poll_state_from(row)
        changes = rows.state_changes(before, next_state(before, polled, plan))
        if plan.reason != row["plan_reason"]:
            changes["plan_reason"] = plan.reason
        changed.setdefault(tuple(changes), []).append({"id": polled.source_id, **changes})
    for names, these in changed.items():
        if names:
            update_each(connection, source, these)
    for polled, _, _ in polls:
        _silence_host(connection, found[bounded(polled.source_id)]["host"], polled)
    return new


def _silence_host(connection: Connection, host: str, polled: Polled) -> None:
    """A host that asked to be left alone is left alone by all its sources, also after a restart."""
    until = host_silence(polled)
    if until is None or not host:
        return
    siblings = sa.and_(source.c.host == host, source.c.id != polled.source_id, source.c.next_poll_at < until)
    ids = connection.execute(sa.select(source.c.id).where(siblings).order_by(source.c.id)).scalars()
    reason = waiting(silence(host), until)
    moved = [{"id": item, "next_poll_at": after_silence(item, until), "plan_reason": reason} for item in ids]
    update_each(connection, source, moved)


def make_due(connection: Connection, source_id: str, now: datetime, reason: str) -> bool:
    """False where the source is not polled, or due already."""
    later = sa.and_(source.c.id == source_id, source.c.enabled, source.c.next_poll_at > now)
    asked = sa.update(source).where(later).values(next_poll_at=now, plan_reason=reason)
    return connection.execute(asked).rowcount > 0


def spread_overdue(connection: Connection, now: datetime) -> int:
    """Spread what is overdue after an outage; how many sources. New ones are not: nobody has waited for them."""
    overdue = sa.and_(source.c.enabled, source.c.last_poll_at.is_not(None), source.c.next_poll_at < now - _OUTAGE)
    rhythm = sa.func.coalesce(source.c.rhythm, source.c.interval_seconds)
    found = connection.execute(sa.select(source.c.id, source.c.host, rhythm).where(overdue))
    planned = spread((Overdue(*row) for row in found), now)
    update_each(connection, source, [{"id": item, "next_poll_at": at} for item, at in planned.items()])
    return len(planned)


def _keys(polled: Polled, item: Entry) -> list[str]:
    """The keys as stored. An entry without any would be new at every poll: its identity stands in."""
    return [bounded(key) for key in item.keys or (f"identity:{polled.source_id}:{item.identity}",)]


def _store_entries(connection: Connection, polls: Sequence[Record]) -> list[tuple[str, ...]]:
    """Store the entries of which no key is known, the keys we did not know of the others, and what was edited. Of
    each poll the identities that were new, as stored."""
    listed = [
        (polled, learn_only, item, _keys(polled, item)) for polled, _, learn_only in polls for item in polled.entries
    ]
    known: dict[str, int] = _known(connection, {key for *_, keys in listed for key in keys})
    fresh: list[dict[str, Any]] = []
    shown: dict[str, list[tuple[int, Entry]]] = {}
    additions: list[tuple[str, int]] = []  # key and entry id; below zero: ~place in `fresh`
    new: dict[str, list[str]] = {polled.source_id: [] for polled, _, _ in polls}
    for polled, seen, item, keys in listed:
        owner = next((known[key] for key in keys if key in known), None)
        if owner is None:
            fresh.append(rows.entry_to(polled.source_id, item, polled.at, item.identity in seen))
            owner = ~(len(fresh) - 1)
            new[polled.source_id].append(bounded(item.identity))
        elif owner >= 0:
            shown.setdefault(polled.source_id, []).append((owner, item))
        for key in keys:
            if key not in known:
                known[key] = owner
                additions.append((key, owner))
    for polled, _, _ in polls:
        if again := shown.get(polled.source_id):
            rereading.note_edits(connection, polled, again)
    ids = _insert(connection, fresh)
    numbered = [{"key": key, "entry_id": owner if owner >= 0 else ids[~owner]} for key, owner in additions]
    insert_new(connection, entry_key, numbered, missing=True)
    return [tuple(new[polled.source_id]) for polled, _, _ in polls]


def _known(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    found = connection.execute(_by_key(connection.dialect.name), {"these": sorted(keys)})
    return dict(found.all())


@cache
def _by_key(dialect: str) -> sa.Select[Any]:
    return sa.select(entry_key.c.key, entry_key.c.entry_id).where(among(dialect, entry_key.c.key, "these"))


def _insert(connection: Connection, fresh: Sequence[dict[str, Any]]) -> list[int]:
    """The ids, in order."""
    if not fresh:
        return []
    if connection.dialect.name != "sqlite":
        return list(connection.execute(_NUMBERED_BY_DATABASE, fresh).scalars())
    # It would be asked row by row for the numbers that it gives. They are these: we are its only writer.
    last = connection.execute(_LAST).scalar() or 0
    ids = list(range(last + 1, last + 1 + len(fresh)))
    insert_new(connection, entry, [row | {"id": number} for number, row in zip(ids, fresh, strict=True)])
    return ids


# --- entries whose text is to be read --------------------------------------------------------


def pending_entries(
    connection: Connection, now: datetime, limit: int, only: Sequence[int] | None = None
) -> list[PendingEntry]:
    """By the time they became due, those of one poll in order of publication; then those to be read again."""
    these = sa.true() if only is None else entry.c.id.in_(only)
    unread = (
        connection.execute(
            sa.select(entry)
            .where(entry.c.article_id.is_(None), entry.c.next_try_at <= now, these)
            .order_by(entry.c.next_try_at, sa.func.coalesce(entry.c.published, entry.c.first_seen), entry.c.id)
            .limit(limit)
        )
        .mappings()
        .all()
    )
    found = [*unread, *rereading.due(connection, now, limit - len(unread), these)]
    former = rereading.former(connection, found)
    keys: dict[int, list[str]] = {row["id"]: [] for row in found}
    for chunk in chunks(list(keys)):
        query = sa.select(entry_key.c.entry_id, entry_key.c.key).where(entry_key.c.entry_id.in_(chunk))
        for entry_id, key in connection.execute(query.order_by(entry_key.c.key)):
            keys[entry_id].append(key)
    return [rows.pending_entry_from(row, tuple(keys[row["id"]]), former.get(row["article_id"])) for row in found]


def postpone_entry(connection: Connection, entry_id: int, next_try_at: datetime, error: str) -> None:
    connection.execute(
        sa.update(entry)
        .where(entry.c.id == entry_id)
        .values(next_try_at=next_try_at, error=error, attempts=entry.c.attempts + 1)
    )


def save_article(connection: Connection, entry_id: int, item: Article) -> bool:
    owner = connection.execute(_OWNER, {"entry": entry_id}).first()
    if owner is None:
        raise StoreError(f"entry {entry_id} is not in the store", permanent=True)
    if owner.article_id is not None:
        return False
    stored = connection.execute(missing(connection.dialect.name, article, "id"), rows.article_to(item)).first()
    connection.execute(_READ, {"entry": entry_id, "article": item.id, "now": item.extracted_at})
    return stored is not None


# Made once, for they run for every article: to build a statement takes longer than to run it.
_MINE = entry.c.id == sa.bindparam("entry")
_OWNER = sa.select(entry.c.article_id).where(_MINE).with_for_update()
_READ = sa.update(entry).where(_MINE).values(article_id=sa.bindparam("article"), read_at=sa.bindparam("now"), error="")
_UNJUDGED = (
    sa.select(article)
    .where(article.c.judged_at.is_(None))
    .order_by(article.c.published, article.c.id)
    .limit(sa.bindparam("most"))
)


def unjudged(connection: Connection, limit: int, only: Sequence[str] | None = None) -> list[Article]:
    query = _UNJUDGED if only is None else _UNJUDGED.where(article.c.id.in_(only))
    found = connection.execute(query, {"most": limit})
    return [rows.article_from(row) for row in found.mappings()]


def mark_unjudgeable(connection: Connection, article_id: str, error: str, now: datetime) -> None:
    connection.execute(
        sa.update(article)
        .where(article.c.id == article_id, article.c.judged_at.is_(None))
        .values(judged_at=now, error=error)
    )
