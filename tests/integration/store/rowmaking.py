"""Two rows for every table, with values that are hard to carry from one database to another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.store import rows
from monitor.store.columns import Json, UTCDateTime
from monitor.store.engine import reading, transaction
from monitor.store.tables import fingerprint, fingerprint_band, metadata

AT = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)
TEXT = 'Порт\u2028 "zakryt"\n\\ \u202e\U0001f600 ' + "ə" * 50
OBJECTS = ({"a": [1, 2.5, None, "ж"], "b": {}}, [])


def fill(engine: Engine) -> None:
    """All tables refer to one another as they should, and no number begins at 1."""
    with transaction(engine) as connection:
        for table in metadata.sorted_tables:
            if table is fingerprint_band:
                continue
            made = [{column.name: _value(table, column, number) for column in table.c} for number in (0, 1)]
            connection.execute(sa.insert(table), made)
        for id_, packed in connection.execute(sa.select(fingerprint.c.id, fingerprint.c.bands)).all():
            bands = [{"band": band, "fingerprint_id": id_} for band in rows.bands_from(packed)]
            connection.execute(sa.insert(fingerprint_band), bands)


def _value(table: sa.Table, column: sa.Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column.table, key.column, number)
    if column.nullable and number and table.name != "delivery":
        return sa.null() if isinstance(column.type, Json) else None
    if (table.name, column.name) == ("fingerprint", "bands"):
        return rows.bands_to((-(2**63), 7 + number, 2**63 - 1))
    if (table.name, column.name) == ("delivery", "state"):
        return ("sent", "pending")[number]
    if (table.name, column.name) == ("delivery", "doubtful"):
        return bool(number)
    return _of_type(column, number)


def _of_type(column: sa.Column[Any], number: int) -> Any:
    kind = column.type
    made: dict[type, Any] = {
        UTCDateTime: AT + timedelta(days=number),
        Json: OBJECTS[number],
        sa.Boolean: bool(number),
        sa.Date: date(2026, 11, 2 + number),
        sa.LargeBinary: bytes(range(256)) * (number + 1),
        sa.Float: (1 / 3, 2e300)[number],
        sa.Integer: 41 + number,
    }
    found = next((value for type_, value in made.items() if isinstance(kind, type_)), None)
    return f"{column.name}-{number} {TEXT}" if found is None else found


def contents(engine: Engine, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those; JSON as NULL, or as what it says."""
    found = {}
    with transaction(reading(engine)) as connection:
        for table in metadata.sorted_tables:
            if table.name not in without:
                query = sa.select(*map(_told, table.c)).order_by(*table.primary_key)
                found[table.name] = [tuple(row) for row in connection.execute(query)]
    return found


def _told(column: sa.Column[Any]) -> Any:
    if not isinstance(column.type, Json):
        return column
    return sa.case((column.is_(sa.null()), sa.null()), else_=column).label(column.name)
