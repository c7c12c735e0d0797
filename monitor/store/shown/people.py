"""Who has an account, who is logged in, and which programs have a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.store.engine import transaction
from monitor.store.tables import person, session, token

MOST = 1_000  # people, and tokens, that a page lists


@dataclass(frozen=True, slots=True)
class Person:
    """An account in use. `password` is its hash."""

    id: int
    name: str
    role: str
    created_at: datetime
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that lasts."""

    person_id: int
    name: str
    role: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """What a program shows instead of a password. `author` made it. It can be used until `ended_at`."""

    id: int
    name: str
    role: str
    author: str
    created_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


_PERSON = (person.c.id, person.c.name, person.c.role, person.c.created_at, person.c.password)
_TOKEN = (token.c.id, token.c.name, token.c.role, token.c.author, token.c.created_at, token.c.used_at, token.c.ended_at)
_IN_USE = person.c.ended_at.is_(None)


class PeopleShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def named(self, name: str) -> Person | None:
        return self._person(person.c.name == name)

    def person(self, person_id: int) -> Person | None:
        return self._person(person.c.id == person_id)

    def all(self) -> list[Person]:
        """By name."""
        query = sa.select(*_PERSON).where(_IN_USE).order_by(person.c.name).limit(MOST)
        with transaction(self._engine) as connection:
            return [Person(**row) for row in connection.execute(query).mappings()]

    def logged_in(self, digest: str, now: datetime, seen_since: datetime) -> LoggedIn | None:
        """Whose session it is; None for one that has ended, or was last used before `seen_since`."""
        query = (
            sa.select(session.c.person_id, person.c.name, person.c.role, session.c.seen_at)
            .join(person, person.c.id == session.c.person_id)
            .where(session.c.digest == digest, session.c.ends_at > now, session.c.seen_at > seen_since, _IN_USE)
        )
        with transaction(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return LoggedIn(**row) if row is not None else None

    def token(self, digest: str) -> Token | None:
        """One that can be used."""
        query = sa.select(*_TOKEN).where(token.c.digest == digest, token.c.ended_at.is_(None))
        with transaction(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return Token(**row) if row is not None else None

    def tokens(self, ended: bool = False) -> list[Token]:
        """Newest first; with `ended` those that were revoked as well."""
        query = sa.select(*_TOKEN).order_by(token.c.id.desc()).limit(MOST)
        if not ended:
            query = query.where(token.c.ended_at.is_(None))
        with transaction(self._engine) as connection:
            return [Token(**row) for row in connection.execute(query).mappings()]

    def counts(self) -> tuple[int, int]:
        """How many people, and how many programs, may come in."""
        people = sa.select(sa.func.count()).select_from(person).where(_IN_USE).scalar_subquery()
        tokens = sa.select(sa.func.count()).select_from(token).where(token.c.ended_at.is_(None)).scalar_subquery()
        with transaction(self._engine) as connection:
            found = connection.execute(sa.select(people, tokens)).one()
        return found[0], found[1]

    def _person(self, condition: sa.ColumnElement[bool]) -> Person | None:
        with transaction(self._engine) as connection:
            row = connection.execute(sa.select(*_PERSON).where(condition, _IN_USE)).mappings().first()
        return Person(**row) if row is not None else None
