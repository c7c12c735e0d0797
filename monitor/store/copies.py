"""Fingerprints of texts: kept for every article, found again by the bands that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.ports import COPIES, SHARING, Fingerprint
from monitor.store import rows
from monitor.store.dialect import add_missing, chunks
from monitor.store.tables import fingerprint, fingerprint_band


def put(connection: Connection, item: Fingerprint) -> None:
    """Store a fingerprint in place of the one that the document had."""
    forget(connection, [item.document])
    added = connection.execute(sa.insert(fingerprint).returning(fingerprint.c.id), rows.fingerprint_to(item)).scalar()
    bands = [{"band": band, "fingerprint_id": added} for band in sorted(set(item.bands))]
    add_missing(connection, fingerprint_band, bands)


def forget(connection: Connection, documents: Sequence[str]) -> None:
    for chunk in chunks(documents):
        mine = fingerprint.c.document.in_(chunk)
        for id_, packed in connection.execute(sa.select(fingerprint.c.id, fingerprint.c.bands).where(mine)).all():
            bands = rows.bands_from(bytes(packed))
            connection.execute(
                sa.delete(fingerprint_band).where(
                    fingerprint_band.c.band.in_(bands), fingerprint_band.c.fingerprint_id == id_
                )
            )
        connection.execute(sa.delete(fingerprint).where(mine))


def near(connection: Connection, item: Fingerprint) -> list[Fingerprint]:
    """See `monitor.ports.Ledger.near_copies`."""
    bands = sorted(set(item.bands))
    if not bands:
        return []
    shared: Counter[int] = Counter()
    for chunk in chunks(bands, 100):
        asked = {f"band_{number}": band for number, band in enumerate(chunk)}
        shared.update(connection.execute(sharing(len(chunk)), asked | {"document": item.document}).scalars())
    best = sorted(shared, key=lambda id_: (-shared[id_], -id_))[:COPIES]
    if not best:
        return []
    query = sa.select(fingerprint).where(fingerprint.c.id.in_(best)).order_by(fingerprint.c.document)
    return [rows.fingerprint_from(row) for row in connection.execute(query).mappings()]


@cache
def sharing(bands: int) -> sa.CompoundSelect[Any]:
    """For each of so many bands, the ids of the latest fingerprints in it. Kept, for it is large to make.

    One limited query for each band: a common one must not have the others wait for its millions of rows.
    """
    own = sa.select(fingerprint.c.id).where(fingerprint.c.document == sa.bindparam("document")).scalar_subquery()
    id_ = fingerprint_band.c.fingerprint_id
    parts = [
        sa.select(id_)
        .where(fingerprint_band.c.band == sa.bindparam(f"band_{number}"), id_ != sa.func.coalesce(own, 0))
        .order_by(id_.desc())
        .limit(SHARING)
        .subquery()
        for number in range(bands)
    ]
    return sa.union_all(*(sa.select(part) for part in parts))
