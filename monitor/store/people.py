"""Accounts, sessions and tokens. Each method is one transaction, in which the change is noted too, and raises
StoreError."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store import dialect
from monitor.store.sql import SqlStore
from monitor.store.tables import audit, person, session, token


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, and how we know."""

    author: str
    via: str


class People:
    """`about` in the log of changes is `person:NAME` or `token:ID`."""

    def __init__(self, store: SqlStore):
        self._store = store

    # --- accounts ----------------------------------------------------------------------------

    def add(self, name: str, role: str, password: str, now: datetime, by: By) -> bool:
        """`password` is the hash. False where that name has an account; one that was removed comes back anew."""
        values = {"role": role, "password": password, "created_at": now, "ended_at": None}
        with self._store.writing() as connection:
            fresh = dialect.insert(connection, person).values(name=name, **values)
            statement = fresh.on_conflict_do_update(
                index_elements=[person.c.name], set_=values, where=person.c.ended_at.is_not(None)
            )
            added = connection.execute(statement.returning(person.c.id)).first() is not None
            if added:
                _note(connection, now, by, "account.add", f"person:{name}", role)
        return added

    def set_password(self, name: str, password: str, now: datetime, by: By) -> bool:
        """Ends all sessions of that person. False where there is no such account."""
        return self._change(name, {"password": password}, now, by, "account.password", "", ends=True)

    def set_role(self, name: str, role: str, now: datetime, by: By) -> bool:
        """In force from the next request on. False where there is no such account."""
        return self._change(name, {"role": role}, now, by, "account.role", role)

    def remove(self, name: str, now: datetime, by: By) -> bool:
        """Ends all sessions of that person. False where there is no such account."""
        return self._change(name, {"ended_at": now}, now, by, "account.remove", "", ends=True)

    def restore(self, name: str, now: datetime, by: By) -> bool:
        """Take a removal back. False where nothing was removed."""
        removed = person.c.name == name, person.c.ended_at.is_not(None)
        with self._store.writing() as connection:
            changed = connection.execute(sa.update(person).where(*removed).values(ended_at=None)).rowcount > 0
            if changed:
                _note(connection, now, by, "account.restore", f"person:{name}", "")
        return changed

    def rehash(self, person_id: int, before: str, after: str) -> None:
        """The same password, hashed with the parameters in use; unless it was changed meanwhile."""
        same = person.c.id == person_id, person.c.password == before
        with self._store.writing() as connection:
            connection.execute(sa.update(person).where(*same).values(password=after))

    def _change(
        self, name: str, values: dict[str, object], now: datetime, by: By, what: str, words: str, ends: bool = False
    ) -> bool:
        with self._store.writing() as connection:
            in_use = person.c.name == name, person.c.ended_at.is_(None)
            statement = sa.update(person).where(*in_use).values(values).returning(person.c.id)
            changed = connection.execute(statement).scalar()
            if changed is None:
                return False
            if ends:
                connection.execute(sa.delete(session).where(session.c.person_id == changed))
            _note(connection, now, by, what, f"person:{name}", words)
        return True

    # --- sessions ----------------------------------------------------------------------------

    def log_in(
        self,
        person_id: int,
        password: str,
        digest: str,
        now: datetime,
        ends_at: datetime,
        *,
        seen_since: datetime,
        instead_of: str = "",
        words: str = "",
    ) -> bool:
        """Begin a session, unless the account was removed or its password (the hash) is another by now.

        The session `instead_of` ends, and so do all that are over or were last used before `seen_since`.
        """
        with self._store.writing() as connection:
            over = sa.or_(
                session.c.ends_at <= now, session.c.seen_at <= seen_since, session.c.digest == (instead_of or digest)
            )
            connection.execute(sa.delete(session).where(over))
            valid = person.c.id == person_id, person.c.password == password, person.c.ended_at.is_(None)
            name = connection.execute(sa.select(person.c.name).where(*valid).with_for_update()).scalar()
            if name is None:
                return False
            times = {"created_at": now, "seen_at": now, "ends_at": ends_at}
            connection.execute(sa.insert(session), {"digest": digest, "person_id": person_id, **times})
            _note(connection, now, By(name, "password"), "login", f"person:{name}", words)
        return True

    def seen(self, digest: str, now: datetime) -> None:
        later = session.c.digest == digest, session.c.seen_at < now
        with self._store.writing() as connection:
            connection.execute(sa.update(session).where(*later).values(seen_at=now))

    def log_out(self, digest: str, now: datetime, by: By) -> None:
        with self._store.writing() as connection:
            if connection.execute(sa.delete(session).where(session.c.digest == digest)).rowcount:
                _note(connection, now, by, "logout", f"person:{by.author}", "")

    # --- tokens ------------------------------------------------------------------------------

    def add_token(self, name: str, role: str, digest: str, now: datetime, by: By) -> int:
        values = {"name": name, "role": role, "digest": digest, "author": by.author, "created_at": now}
        with self._store.writing() as connection:
            number = int(connection.execute(sa.insert(token).returning(token.c.id), values).scalar_one())
            _note(connection, now, by, "token.add", f"token:{number}", f"{name}, {role}")
        return number

    def revoke_token(self, number: int, now: datetime, by: By) -> str | None:
        """The token's name; None where there is none of that number that can be used."""
        usable = token.c.id == number, token.c.ended_at.is_(None)
        with self._store.writing() as connection:
            statement = sa.update(token).where(*usable).values(ended_at=now).returning(token.c.name)
            name: str | None = connection.execute(statement).scalar()
            if name is not None:
                _note(connection, now, by, "token.revoke", f"token:{number}", name)
        return name

    def used_token(self, number: int, now: datetime) -> None:
        with self._store.writing() as connection:
            connection.execute(sa.update(token).where(token.c.id == number).values(used_at=now))


def _note(connection: Connection, now: datetime, by: By, what: str, about: str, words: str) -> None:
    entry = {"at": now, "author": by.author, "via": by.via, "what": what, "about": about, "words": words}
    connection.execute(sa.insert(audit), entry)
