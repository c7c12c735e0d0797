"""Notices at once that files have changed, where the system tells: a hint only. Whether they have is decided by what
they hold, which is looked at every few seconds anyway; so nothing here may fail so that it matters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path, PurePath

import structlog
from watchfiles import Change, awatch

log = structlog.get_logger(__name__)

LOOK_AGAIN_MS = 5_000  # at whether the folders are still the ones that are watched
_SETTLED_MS, _LONGEST_MS = 50, 400  # an editor writes a file in several steps
TRY_AGAIN = 60.0  # seconds


async def noticed(directories: Sequence[Path]) -> AsyncIterator[None]:
    """Comes round whenever a file of ours in them may have changed, until it is cancelled."""
    told = False
    while True:
        try:
            async for _ in _changes(directories):
                yield
        except Exception as error:  # no watches left, a file system without them, a folder that has just gone
            if not told:
                told = True
                log.warning("changes of files are noticed some seconds later", reason=str(error) or repr(error))
            await asyncio.sleep(TRY_AGAIN)


async def _changes(directories: Sequence[Path]) -> AsyncIterator[None]:
    """Until a folder has gone, or come. Raises whatever the system does."""
    watched = _present(directories)
    if not watched:
        await asyncio.sleep(LOOK_AGAIN_MS / 1000)
        return
    changes = awatch(
        *watched,
        watch_filter=_is_ours,
        debounce=_LONGEST_MS,
        step=_SETTLED_MS,
        rust_timeout=LOOK_AGAIN_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    async with aclosing(changes):
        async for _ in changes:
            yield
            if _present(directories) != watched:
                return


def _present(directories: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Those that are there. A folder that was made anew is another one, though its name is the same."""
    found = {}
    for directory in directories:
        try:
            status = directory.stat()
        except OSError:
            continue
        found[directory] = status.st_dev, status.st_ino
    return found


def _is_ours(change: Change, path: str) -> bool:
    """Also of what is no file of ours, where it may be a link that leads to one: mounts exchange whole folders."""
    return not PurePath(path).name.endswith(("~", ".swp", ".tmp"))
