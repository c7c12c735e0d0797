"""Who has what in hand, where several processes share the work."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import Key, UTCDateTime
from monitor.store.tables.base import metadata

# See `store.leases`. Times are those of the database's clock: the machines' own may differ.
lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", Key, primary_key=True),
    sa.Column("owner", Key, nullable=False),
    sa.Column("until", UTCDateTime, nullable=False, index=True),
)
