"""What all tables share.

Indexes that serve a queue are partial (`… IS NULL`), so that they stay as small as the queue
however long the history grows; their conditions have no parameters, or SQLite would not use them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# 64 bits on PostgreSQL; on SQLite only a column declared INTEGER takes its value from the row id
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


EMPTY: sa.ColumnElement[str] = sa.literal_column("''")  # no parameters, see above


def partial(name: str, *columns: sa.ColumnElement[Any] | str, where: sa.ColumnElement[bool]) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)
