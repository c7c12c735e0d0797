"""A database as an older program left it: the schema of then, filled by hand, for every table that there was.

The rows are written as they are stored, not through the code of today: that may only read what it did not write.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from sqlalchemy.engine import Engine

from alembic import command
from monitor.store import migrate
from monitor.store.engine import transaction
from tests.desk import story

REVISION = "0012"  # accounts and editions are there; the index of words, added facts and leases are not
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOLD, WAITING, UNJUDGED, UNREAD = "zorbium", "quaxite", "brindlewort", "flooping"
# In a word of the headline, what became of its alert; each is an alert of a rule that is not in the files any more.
HELD, LOST, TRIED, DEAD, SKIPPED = "паром", "tanker", "Тоннель", "bələdiyyə", "köprü"

Rows = dict[str, list[dict[str, Any]]]


def to(engine: Engine, revision: str) -> None:
    """Up to a revision, or with `-1` and the like down to it, as developers do it."""
    with migrate.migrating(engine) as connection:
        config: Config = migrate._config()
        config.attributes["connection"] = connection
        move = command.downgrade if revision.startswith("-") else command.upgrade
        move(config, revision)


def make(engine: Engine, site: str, now: datetime) -> None:
    """`site` is the address of the outlets, whose feed `harbour` lists the four stories as /harbour/news/1 to 4."""
    to(engine, REVISION)
    tables = sa.MetaData()
    tables.reflect(engine)
    rows = old_rows(site, now)
    assert set(rows) == set(tables.tables) - {"alembic_version"}, "every table of then has rows"
    with transaction(engine) as connection:
        for table in tables.sorted_tables:
            for row in rows.get(table.name, ()):
                connection.execute(table.insert(), _as_stored(row, engine.dialect.name))
        if engine.dialect.name == "postgresql":
            _go_on_counting(connection, tables)


def _as_stored(row: Mapping[str, Any], dialect: str) -> dict[str, Any]:
    if dialect == "postgresql":
        return dict(row)
    return {k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in row.items()}


def _go_on_counting(connection: sa.Connection, tables: sa.MetaData) -> None:
    """Rows that came with their numbers moved no sequence."""
    for table in tables.sorted_tables:
        for column in table.primary_key:
            name = connection.scalar(
                sa.text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name},
            )
            if name:
                connection.execute(sa.select(sa.func.setval(name, sa.select(sa.func.max(column)).scalar_subquery())))


def contents(engine: Engine, columns: Mapping[str, list[str]] | None = None) -> dict[str, list[str]]:
    """All rows of each table in a form that can be compared; of `columns` alone where they are given."""
    tables = sa.MetaData()
    tables.reflect(engine, only=lambda name, _: not name.startswith("article_words") and name != "alembic_version")
    found = {}
    with transaction(engine) as connection:
        for name, table in tables.tables.items():
            if columns is not None and name not in columns:
                continue
            wanted = sorted(columns[name] if columns else table.c.keys())
            selected = connection.execute(sa.select(*(table.c[column] for column in wanted)))
            found[name] = sorted(json.dumps([wanted, list(row)], default=repr, sort_keys=True) for row in selected)
    return found


def columns_of(found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Tables and columns of `contents`."""
    return {name: json.loads(rows[0])[0] for name, rows in found.items()}


def old_rows(site: str, now: datetime) -> Rows:
    rows: Rows = {}
    for part in (_news(site, now), _judged(now), _alerts(site, now), _said(now), _desk(now)):
        rows |= {name: list(some) for name, some in part.items()}
    return rows


# --- news ------------------------------------------------------------------------------------

_FOREIGN = {
    HELD: ("uk", "Порт закрито, паром стоїть", "Порт закрито через шторм. Паром стоїть біля причалу."),
    LOST: ("az", "Limanda tanker yanır", "Limanda tanker yanır, heç kim xəsarət almayıb."),
    TRIED: ("ru", "Тоннель закрыт до утра", "Тоннель под проливом закрыт до утра, сообщили спасатели."),
    DEAD: ("az", "Bakıda bələdiyyə binası bağlandı", "Bakıda bələdiyyə binası bağlandı."),
    SKIPPED: ("tr", "Boğazda köprü trafiğe kapatıldı", "Boğazda köprü trafiğe kapatıldı, valilik duyurdu."),
}


def _printed(now: datetime) -> datetime:
    return now - 2 * HOUR


def _news(site: str, now: datetime) -> dict[str, list[dict[str, Any]]]:
    printed = _printed(now)
    entries, keys = [], []
    for number, word in enumerate((TOLD, WAITING, UNJUDGED, UNREAD), 1):
        title, text = story(word)
        identity = f"guid:harbour:harbour-/harbour/news/{number}"
        entries.append(
            {
                "id": number, "source_id": "harbour", "identity": identity, "url": f"{site}/harbour/news/{number}",
                "title": title, "summary": text[:120], "content": "", "published": printed, "published_raw": "",
                "author": "", "language": "en", "first_seen": printed + MINUTE, "learn_only": False, "attempts": 0,
                "next_try_at": printed + MINUTE, "error": "", "article_id": None if word == UNREAD else word,
                "updated": "", "shown": "", "reread_why": "", "rereads": 0, "read_at": printed + 2 * MINUTE,
            }
        )  # fmt: skip
        keys.append({"key": identity, "entry_id": number})
    articles = [_article(word, "en", *story(word), f"{site}/harbour/news/{number}", printed, word != UNJUDGED)
                for number, word in enumerate((TOLD, WAITING, UNJUDGED), 1)]  # fmt: skip
    articles += [_article(word, *_FOREIGN[word], f"https://{word}.example/1", printed - DAY, True) for word in _FOREIGN]
    edited = {
        "article_id": TOLD, "version": 1, "title": "Explosion at the harbour", "text": "A blast was heard.",
        "summary_only": True, "note": "the page could not be read", "extractor": "", "why": "",
    }  # fmt: skip
    quarantined = {
        "digest": "d" * 64, "url": f"{site}/harbour/news/0", "reason": "it cost a worker", "times": 2, "held": True,
        "first_at": printed - DAY, "last_at": printed,
    }  # fmt: skip
    return {
        "source": [_source(name, site, now) for name in ("harbour", "gazette")],
        "entry": entries, "entry_key": keys, "article": articles, "article_version": [edited],
        "quarantine": [quarantined],
        "fingerprint": [{"id": 1, "document": f"article:{TOLD}", "signature": bytes(1024), "bands": bytes(16)}],
        "fingerprint_band": [{"band": -9032464628282938835, "fingerprint_id": 1}],
        "seed": [{"document": "seed:harbour-2025", "loaded_at": printed - 30 * DAY}],
    }  # fmt: skip


def _source(name: str, site: str, now: datetime) -> dict[str, Any]:
    """Asked an hour ago and due since: it has been there for long, so that what it lists now is news."""
    return {
        "id": name, "url": f"{site}/{name}/feed", "name": name, "kind": "feed", "language": "en", "country": "",
        "publisher": name, "tier": 3, "interval_seconds": 60.0, "min_interval_seconds": 60.0,
        "max_interval_seconds": 60.0, "host": "127.0.0.1", "enabled": True, "etag": '"1"', "body_hash": "0" * 64,
        "next_poll_at": now - HOUR, "plan_reason": "every 60 s", "last_poll_at": now - HOUR,
        "last_success_at": now - HOUR, "last_new_at": _printed(now), "failures": 0, "status": "healthy", "error": "",
        "rhythm": 60.0, "seen": "zKnccas8", "last_body_at": now - HOUR, "moved_polls": 0,
    }  # fmt: skip


def _article(
    name: str, language: str, title: str, text: str, url: str, printed: datetime, judged: bool
) -> dict[str, Any]:
    return {
        "id": name, "title": title, "text": f"{title}\n\n{text}", "published": printed, "first_seen": printed + MINUTE,
        "language": language, "outlet": "harbour", "publisher": "harbour", "url": url, "url_key": url,
        "source_id": "harbour", "tier": 3, "summary_only": False, "learn_only": False, "note": "",
        "judged_at": printed + 3 * MINUTE if judged else None, "error": "", "version": 2 if name == TOLD else 1,
        "extractor": "1 trafilatura 2.3.0", "extracted_at": printed + 2 * MINUTE, "why": "",
    }  # fmt: skip


# --- judgement -------------------------------------------------------------------------------


def _days(at: datetime) -> dict[str, date]:
    return {"when_first": (at - DAY).date(), "when_last": at.date()}


def _event(word: str, at: datetime) -> str:
    return f"exploded-{(at - DAY).date()}-5ccd0f"


def _evidence(title: str) -> list[list[Any]]:
    return [[title, 0, len(title), "title"]]


def _judged(now: datetime) -> dict[str, list[dict[str, Any]]]:
    printed = _printed(now)
    facts, verdicts = [], []
    for word in (TOLD, WAITING):
        title, rule, event = story(word)[0], f"about-{word}", _event(word, printed)
        facts.append(
            {
                "key": f"article:{word}:{rule}:0", "rule": rule, "kind": "event", "step": "exploded", "event": event,
                "recorded": printed, "source": f"article:{word}", "words": title, **_days(printed), "dated": False,
                "ahead": False, "assertion": "asserted", "attribution": "outlet", "language": "en",
                "outlet": "harbour", "url": "",
                "details": {"names": [], "places": [], "figures": [], "signature": [word, "crew", "smoke"]},
            }
        )  # fmt: skip
        verdicts.append(
            {
                "article_id": word, "rule": rule, "kind": "new", "event": event, "reason": "nothing is known on it",
                "score": 1.0, "step": "exploded", "assertion": "asserted", "attribution": "outlet",
                "evidence": _evidence(title), **_days(printed), "previous": "", "current": "explosion",
                "action": "notify", "decision_reason": "Nothing is known on it.", "severity": "high",
                "channels": ["oncall"], "alerted": True, "judged_at": printed + 3 * MINUTE,
            }
        )  # fmt: skip
    price = facts[0] | {
        "key": "seed:harbour-2025:prices:0", "rule": "prices", "kind": "quantity", "step": "", "event": "grain",
        "source": "seed:harbour-2025", "words": "Grain stood at 210 dollars a ton.",
        "details": {"names": [], "places": [], "figures": [[210.0, "USD", False]], "signature": []},
    }  # fmt: skip
    figure = {
        "fact_key": price["key"], "number": 0, "rule": "prices", "unit": "USD", "value": 210.0, "total": False,
        "recorded": printed,
    }  # fmt: skip
    # Learned under another digest than that of today, as after an upgrade that changes what a digest is made of.
    rules = [
        {"id": f"about-{word}", "meaning": "of another program", "learned_at": printed - DAY}
        for word in (TOLD, WAITING, UNJUDGED, UNREAD)
    ]
    return {"fact": [*facts, price], "fact_figure": [figure], "verdict": verdicts, "rule": rules}


# --- alerts ----------------------------------------------------------------------------------


def _alerts(site: str, now: datetime) -> dict[str, list[dict[str, Any]]]:
    at = _printed(now) + 3 * MINUTE
    alerts = [_alert(number, word, "en", story(word)[0], f"about-{word}", _event(word, _printed(now)), at)
              for number, word in enumerate((TOLD, WAITING), 1)]  # fmt: skip
    alerts[0]["answered_at"] = at + MINUTE
    for number, (word, (language, title, _)) in enumerate(_FOREIGN.items(), 3):
        alerts.append(_alert(number, word, language, title, "border-trains", f"closed-{number}", at))
    alerts[2]["severity"] = "low"
    deliveries = [
        _delivery(1, at, "sent", 1, sent_at=at + MINUTE, doubtful=True, reference="1700.0001"),
        _delivery(2, at, "pending", 0, next_at=at),
        _delivery(3, at, "held", 0, next_at=now + DAY, hold="silence:1", reason="silence 1 of Leyla holds it: strike"),
        _delivery(4, at, "sending", 1, next_at=at + MINUTE, doubtful=True),
        _delivery(5, at, "pending", 2, next_at=now - MINUTE, error="HTTP 503: try again later"),
        _delivery(6, at, "failed", 1, error="HTTP 401: the token is not valid any more"),
        _delivery(7, at, "skipped", 0, reason="Leyla has resolved it"),
    ]
    attempts = [
        _attempt(1, 1, at, "sent"),
        _attempt(4, 1, at, "sending", ended_at=None),
        _attempt(5, 1, at, "retry", error="HTTP 503: try again later"),
        _attempt(5, 2, at + MINUTE, "retry", error="HTTP 503: try again later"),
        _attempt(6, 1, at, "failed", error="HTTP 401: the token is not valid any more"),
    ]
    journal = {"id": 1, "alert_id": 3, "delivery_id": 3, "at": at, "what": "held", "words": "silence 1", "author": ""}
    return {"alert": alerts, "delivery": deliveries, "attempt": attempts, "journal": [journal]}


def _alert(number: int, word: str, language: str, title: str, rule: str, event: str, at: datetime) -> dict[str, Any]:
    return {
        "id": number, "key": f"{rule}:{event}", "rule": rule, "rule_title": f"Rule {rule}", "severity": "high",
        "event": event, "headline": f"Rule {rule}: {title}", "reason": "Nothing is known on it.", "created_at": at,
        "article_id": word, "article_title": title, "article_url": f"https://{number}.example/", "outlet": "harbour",
        "language": language, "published": at - 3 * MINUTE, "first_seen": at - 2 * MINUTE, "tier": 3,
        "assertion": "asserted", "attribution": "outlet", "evidence": _evidence(title), "previous": "",
        "current": "explosion", "channels": ["oncall"], "route": "no route fits", "watchlist": "words", "country": "",
        "rings": True, "shadow": False,
    }  # fmt: skip


def _delivery(number: int, at: datetime, state: str, attempts: int, **more: Any) -> dict[str, Any]:
    """Of the alert with the same number."""
    return {
        "id": number, "alert_id": number, "channel": "oncall", "target": "hook", "state": state, "attempts": attempts,
        "error": "", "created_at": at, "doubtful": False, "purpose": "alert", "round": 0, "hold": "", "reason": "",
        "reference": "", **more,
    }  # fmt: skip


def _attempt(delivery: int, number: int, at: datetime, outcome: str, **more: Any) -> dict[str, Any]:
    ended = {"ended_at": at + MINUTE / 2, "error": "", "occasion": ""}
    return {"delivery_id": delivery, "number": number, "began_at": at, "outcome": outcome, **ended, **more}


# --- people ----------------------------------------------------------------------------------


def _said(now: datetime) -> dict[str, list[dict[str, Any]]]:
    at = _printed(now) + 4 * MINUTE
    told = {"rule": f"about-{TOLD}", "event": _event(TOLD, _printed(now))}
    answered = {"id": 1, **told, "answer": "acknowledge", "author": "Leyla", "at": at, "reason": "I look after it",
                "via": "web", "alert": ""}  # fmt: skip
    silence = {"id": 1, "match": [["severity", ["low"]]], "author": "Leyla", "reason": "strike", "created_at": at,
               "starts_at": at, "ends_at": now + DAY}  # fmt: skip
    retracted = {"id": 1, "fact_key": "article:gone:prices:0", "rule": "prices", "event": "oil", "author": "Taras",
                 "fact": {"key": "article:gone:prices:0"}, "reason": "misread", "at": at}  # fmt: skip
    return {"response": [answered], "silence": [silence], "retraction": [retracted]}


def _desk(now: datetime) -> dict[str, list[dict[str, Any]]]:
    at = now - 40 * DAY
    person = {"id": 1, "name": "leyla", "role": "admin", "created_at": at,
              "password": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"}  # fmt: skip
    session = {"digest": "5" * 64, "person_id": 1, "created_at": at, "seen_at": now, "ends_at": now + DAY}
    token = {"id": 1, "name": "dashboard", "digest": "7" * 64, "role": "viewer", "author": "leyla", "created_at": at}
    audit = {"id": 1, "at": at, "author": "leyla", "via": "password", "what": "silence", "about": "silence:1",
             "words": "until tomorrow"}  # fmt: skip
    edit = {"id": 1, "file": "watchlists/words.yaml", "at": at, "author": "leyla", "reason": "", "after": "version: 1"}
    edition = {"number": 1, "at": at, "stamp": "8" * 64, "words": "4 rules", "details": "",
               "contents": {"rule": {f"about-{TOLD}": ["bb", "d7"]}, "source": {}, "channel": {}}}  # fmt: skip
    return {"person": [person], "session": [session], "token": [token], "audit": [audit], "edit": [edit],
            "edition": [edition]}  # fmt: skip
