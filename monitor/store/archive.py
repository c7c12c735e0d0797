"""The form of a backup: a zip with one file of JSON lines for each table, and a manifest that tells what they hold.

It belongs to no database: what one of the two wrote can be restored on the other. What can be made anew is left out
(the index of words, the bands of fingerprints), and so is what must not come back (who is logged in, who has what in
hand).
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.errors import ArchiveError
from monitor.store.columns import Json, UTCDateTime
from monitor.store.tables import fingerprint_band, lease, metadata, number_gone, session

FORMAT = 1
MANIFEST = "manifest.json"
LEFT_OUT = (fingerprint_band, lease, number_gone, session)
UNINDEXED = ("indexed_at", "number")  # of an article: its place in the index of words
TABLES = tuple(table for table in metadata.sorted_tables if table not in LEFT_OUT)  # what is referred to comes first

_TIME, _DATE, _BYTES, _JSON, _PLAIN = "time", "date", "bytes", "json", "plain"


@dataclass(frozen=True, slots=True)
class Part:
    """One table: (name, kind) of each column in order, how many rows, and the SHA-256 of its lines."""

    table: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `made_at`: as of when; `schema`: the revision of its database."""

    format: int
    program: str
    schema: str
    made_at: datetime
    database: str
    parts: tuple[Part, ...]

    @property
    def rows(self) -> Mapping[str, int]:
        return {part.table: part.rows for part in self.parts}

    def encoded(self) -> bytes:
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}, indent=1).encode()


def columns_of(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if not (table.name == "article" and column.name in UNINDEXED)]


def kind_of(column: sa.Column[Any]) -> str:
    for kind, of in ((_TIME, UTCDateTime), (_DATE, sa.Date), (_BYTES, sa.LargeBinary), (_JSON, Json)):
        if isinstance(column.type, of):
            return kind
    return _PLAIN


_TO: Mapping[str, Callable[[Any], Any]] = {
    _TIME: datetime.isoformat,
    _DATE: date.isoformat,
    _BYTES: lambda value: base64.b64encode(value).decode(),
}
_FROM: Mapping[str, Callable[[Any], Any]] = {
    _TIME: datetime.fromisoformat,
    _DATE: date.fromisoformat,
    _BYTES: base64.b64decode,
}


def line_of(row: Sequence[Any], kinds: Sequence[str]) -> bytes:
    values = [_TO[kind](value) if kind in _TO and value is not None else value for kind, value in zip(kinds, row)]  # noqa: B905
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def values_of(line: bytes, columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What a statement binds for the row."""
    return {
        name: _FROM[kind](value) if kind in _FROM and value is not None else value
        for (name, kind), value in zip(columns, json.loads(line), strict=True)
    }


def member(table: str) -> str:
    return f"{table}.jsonl"


class Archive:
    """A backup that is read. Raises ArchiveError for a file that is none, or is damaged."""

    def __init__(self, path: Path):
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest = _manifest(self._zip.read(MANIFEST))
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise ArchiveError(
                f"{path} is no backup of this program, or is damaged ({type(error).__name__})"
            ) from error

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def check(self) -> None:
        """Read all of it and compare counts and checksums."""
        for part in self.manifest.parts:
            for _ in self.lines(part):
                pass

    def lines(self, part: Part) -> Iterator[bytes]:
        """The rows of a table; raises at the end where they are not those that were written."""
        seen, found = hashlib.sha256(), 0
        try:
            with self._zip.open(member(part.table)) as file:
                for line in file:
                    seen.update(line)
                    found += 1
                    yield line
        except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
            raise ArchiveError(f"{self._path} is damaged: {part.table} cannot be read") from error
        if (found, seen.hexdigest()) != (part.rows, part.sha256):
            raise ArchiveError(f"{self._path} is damaged: {part.table} is not what was written")


def _manifest(text: bytes) -> Manifest:
    told = json.loads(text)
    if told["format"] != FORMAT:
        raise ArchiveError(f"the backup has the form {told['format']}, this program reads {FORMAT}: update the program")
    parts = tuple(
        Part(part["table"], tuple((name, kind) for name, kind in part["columns"]), part["rows"], part["sha256"])
        for part in told["parts"]
    )
    made_at = datetime.fromisoformat(told["made_at"])
    return Manifest(FORMAT, told["program"], told["schema"], made_at, told["database"], parts)
