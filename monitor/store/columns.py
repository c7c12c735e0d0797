"""Column types that make SQLite and PostgreSQL behave alike, and hold what comes from outside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

KEY_LIMIT = 200  # characters; three of them still fit one PostgreSQL index row (2,704 bytes)

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace what a database cannot hold: NUL and lone surrogates.

    One character for one character, so that the offsets of evidence stay right.
    """
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def clean_all(texts: Sequence[str | None]) -> Sequence[str | None]:
    """`clean` for each. A look at all of them together nearly always tells that there is nothing to do."""
    together = "".join(filter(None, texts))
    try:
        together.encode()  # which no surrogate lets it
    except UnicodeEncodeError:
        storable = False
    else:
        storable = "\x00" not in together
    return texts if storable else [None if text is None else clean(text) for text in texts]


def clean_json(value: Any) -> Any:
    """`clean` for every string in a JSON value, keys included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): clean_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_json(item) for item in value]
    return value


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored and returned in UTC. Naive ones are refused with ValueError.

    SQLite keeps no zone: left to itself it would store local wall time and drop the offset.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    @staticmethod
    def all_stored(values: Sequence[datetime | None]) -> Sequence[str | None]:
        """As SQLite has them. Those of one poll are the same over and over."""
        known = {value: _in_utc(value).isoformat(" ", "microseconds")[:26] if value else None for value in set(values)}
        return [known[value] for value in values]

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value.isoformat()}: the store takes aware ones only")
    return value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from outside, of any length, made storable on the way in."""

    impl = sa.Text
    cache_ok = True
    all_stored = staticmethod(clean_all)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Key(TypeDecorator[str]):
    """A name that is looked up and compared: bounded, and ordered by code point on both databases.

    A longer one keeps its beginning and gets a digest, for PostgreSQL cannot index long values.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return sa.Text(collation="C") if dialect.name == "postgresql" else sa.Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else bounded(value)

    @staticmethod
    def all_stored(values: Sequence[str | None]) -> Sequence[str | None]:
        storable = clean_all(values)
        if max((len(value) for value in storable if value), default=0) <= KEY_LIMIT:
            return storable
        return [None if value is None else bounded(value) for value in storable]


def bounded(key: str) -> str:
    """The form in which a key is stored; at most KEY_LIMIT characters."""
    key = clean(key)
    if len(key) <= KEY_LIMIT:
        return key
    digest = hashlib.blake2b(key.encode(), digest_size=20).hexdigest()
    return f"{key[: KEY_LIMIT - 41]}~{digest}"


class Json(TypeDecorator[Any]):
    """JSON, as JSONB on PostgreSQL, with storable strings only."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return postgresql.JSONB() if dialect.name == "postgresql" else sa.JSON()

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return clean_json(value)
