"""A file replaced in one step or not at all: whoever reads it sees the old text or the new one, whatever happens."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from monitor.errors import ConfigurationError, Problem

_MODE = 0o644  # of a file that is new


def replace_file(path: Path, data: bytes) -> None:
    """Write the data below a name of its own beside the file, and put it in its place once it is on the disk.

    The file keeps its mode; where it is a link, what it leads to is replaced. Raises ConfigurationError.
    """
    try:
        target = path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else _MODE)
            Path(name).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        _keep_folder(target.parent)
    except OSError as error:
        raise _unwritable(path, error) from None


def remove_file(path: Path) -> None:
    """Raises ConfigurationError."""
    try:
        path.unlink()
        _keep_folder(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None


def _keep_folder(folder: Path) -> None:
    """The new name on the disk, too."""
    with suppress(OSError):  # some file systems know no such thing; the file is in its place all the same
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError([Problem(path.as_posix(), 0, 0, f"cannot be written: {error.strerror or error}")])
