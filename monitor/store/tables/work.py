"""Who has what in hand, where several processes share the work, and what was done to look after the database."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import Json, Key, UTCDateTime
from monitor.store.tables.base import metadata

# See `store.leases`. Times are those of the database's clock: the machines' own may differ.
lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", Key, primary_key=True),
    sa.Column("owner", Key, nullable=False),
    sa.Column("until", UTCDateTime, nullable=False, index=True),
)

# What was done to look after the database (a backup, a pruning), and how large it was each day; see `store.upkeep`.
upkeep = sa.Table(
    "upkeep",
    metadata,
    sa.Column("what", Key, primary_key=True),
    sa.Column("at", UTCDateTime, primary_key=True),
    sa.Column("details", Json, nullable=False),
)
