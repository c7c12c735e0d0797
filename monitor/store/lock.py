"""One daemon for each SQLite file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from monitor.errors import StoreError


@contextmanager
def only_daemon(url: str) -> Iterator[bool]:
    """Hold the lock file beside a SQLite database; the system frees it however the process ends.

    Yields whether nobody else can be working on this database: False for PostgreSQL, which serves
    several. Raises a permanent StoreError, with the other's process id, while another holds it.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("the database URL cannot be read", permanent=True) from None
    database = parsed.database if parsed.get_backend_name() == "sqlite" else None
    if not database or database == ":memory:":
        yield False
        return
    path = Path(f"{database}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: cannot make the lock file: {error.strerror}", permanent=True) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            raise StoreError(
                f"another monitor (process {other}) works on SQLite database {database}: stop it first, "
                "or give this one a database of its own (MONITOR_DATABASE_URL)",
                permanent=True,
            ) from None
        with suppress(OSError):  # on a full disk the lock holds without our number
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield True
    finally:
        os.close(descriptor)
