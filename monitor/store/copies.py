"""Fingerprints of texts: kept for every article, found again by the bands that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.ports import COPIES, SHARING, Fingerprint
from monitor.store import rows
from monitor.store.dialect import chunks, missing
from monitor.store.tables import fingerprint, fingerprint_band

FEW = 1_000  # entries in all bands of a text: nearly every text has less, and is looked up in one go


def put(connection: Connection, item: Fingerprint) -> None:
    """Store a fingerprint in place of the one that the document had."""
    statement, values = missing(connection.dialect.name, fingerprint, "id"), rows.fingerprint_to(item)
    added: int | None = connection.execute(statement, values).scalar()
    if added is None:  # it had one, and the higher the number the later the text
        forget(connection, [item.document])
        added = connection.execute(statement, values).scalar()
    if added is not None:
        put_bands(connection, [(band, added) for band in item.bands])


def put_bands(connection: Connection, bands: Collection[tuple[int, int]]) -> None:
    """Store (band, id of the fingerprint) of such as have none yet."""
    if not (in_order := sorted(set(bands))):
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_ADD_BANDS, tuple(map(list, zip(*in_order, strict=True))))
    else:
        connection.exec_driver_sql(_ADD_BAND, in_order)


def forget(connection: Connection, documents: Sequence[str]) -> None:
    for chunk in chunks(documents):
        query = sa.select(fingerprint.c.id, fingerprint.c.bands).where(fingerprint.c.document.in_(chunk))
        for id_, packed in connection.execute(query).all():
            own = fingerprint_band.c.band.in_(rows.bands_from(bytes(packed))), fingerprint_band.c.fingerprint_id == id_
            connection.execute(sa.delete(fingerprint_band).where(*own))
            connection.execute(sa.delete(fingerprint).where(fingerprint.c.id == id_))


def near(connection: Connection, item: Fingerprint) -> list[Fingerprint]:
    """See `monitor.ports.Ledger.near_copies`."""
    found: list[tuple[int, int]] = []
    for chunk in chunks(sorted(set(item.bands)), 100):
        some = connection.execute(_ANY, {"bands": chunk}).all()
        if len(some) == FEW:
            some = connection.execute(latest(len(chunk)), {f"band_{at}": band for at, band in enumerate(chunk)}).all()
        found.extend((band, id_) for band, id_ in some)
    if not found:
        return []
    own = connection.execute(_OWN, {"document": item.document}).scalar()
    shared = Counter(_latest_of_each((band, id_) for band, id_ in found if id_ != own))
    best = sorted(shared, key=lambda id_: (-shared[id_], -id_))[:COPIES]
    if not best:
        return []
    query = sa.select(fingerprint).where(fingerprint.c.id.in_(best)).order_by(fingerprint.c.document)
    return [rows.fingerprint_from(row) for row in connection.execute(query).mappings()]


# Nearly all rows that we write are bands, whole numbers that need no conversion: the driver takes them as they are.
_ADD_BAND = "INSERT INTO fingerprint_band (band, fingerprint_id) VALUES (?, ?)"
# All in one statement, for here a judgement holds its locks.
_ADD_BANDS = "INSERT INTO fingerprint_band (band, fingerprint_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
_OWN = sa.select(fingerprint.c.id).where(fingerprint.c.document == sa.bindparam("document"))
_PAIR = fingerprint_band.c.band, fingerprint_band.c.fingerprint_id
_ANY = sa.select(*_PAIR).where(_PAIR[0].in_(sa.bindparam("bands", expanding=True))).limit(FEW)


def _latest_of_each(found: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The ids of the latest in each band."""
    by_band: dict[int, list[int]] = {}
    for band, id_ in found:
        by_band.setdefault(band, []).append(id_)
    for ids in by_band.values():
        yield from sorted(ids, reverse=True)[:SHARING]


@cache
def latest(bands: int) -> sa.CompoundSelect[Any]:
    """The latest in each of so many bands, and one more, for one of them may be the own. Kept, for it is large to make.

    One limited query for each band: a common one must not have the others wait for its millions of rows.
    """
    band, id_ = _PAIR
    parts = (
        sa.select(band, id_).where(band == sa.bindparam(f"band_{number}")).order_by(id_.desc()).limit(SHARING + 1)
        for number in range(bands)
    )
    return sa.union_all(*(sa.select(part.subquery()) for part in parts))
