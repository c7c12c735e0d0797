"""The child's side of `workers`: reads a call from stdin, answers on stdout, until stdin ends.

Started with `python -m`, so nothing of the parent's `__main__` is imported. It dies with its
parent: at the end of stdin when idle, by its own alarm when busy.
"""

from __future__ import annotations

import copyreg
import dataclasses
import importlib
import io
import logging
import os
import pickle
import resource
import signal
import struct
import sys
import traceback
import warnings
from collections.abc import Callable
from operator import attrgetter
from typing import Any, BinaryIO

from monitor.core.model import Entry, Page
from monitor.errors import HostileError, UnreadableError

HEADER = struct.Struct("!Q")
_GRACE = 5.0  # seconds after which the child ends itself although the parent has not ended it


def main() -> None:
    """`python -m monitor.fetch.worker MEMORY_MB MODULE…`: limit memory, import the modules, serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not spoil the answers
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    _limit(int(sys.argv[1]) * 1024 * 1024)
    for module in sys.argv[2:]:
        importlib.import_module(module)
    _send(answers, ("ready", None))
    while True:
        header = sys.stdin.buffer.read(HEADER.size)
        if len(header) < HEADER.size:
            return
        answer = _call(sys.stdin.buffer.read(HEADER.unpack(header)[0]))
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(answers, answer)


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _call(payload: bytes) -> tuple[str, object]:
    """("ok", result), ("unreadable", words), ("hostile", words), ("memory", ""), or ("broken", words)."""
    try:
        seconds, function, arguments = pickle.loads(payload)  # noqa: S301 - from our own parent
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
        return "ok", function(*arguments)
    except HostileError as error:
        return "hostile", str(error)
    except UnreadableError as error:
        return "unreadable", str(error)
    except MemoryError:
        return "memory", ""
    except Exception as error:  # whatever a parser does with hostile input, the worker lives on
        place = traceback.extract_tb(error.__traceback__)[-1]
        return "broken", f"{type(error).__name__} in {place.name}: {str(error)[:200]}"


def _reducer(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    values = attrgetter(*(field.name for field in dataclasses.fields(kind)))
    return lambda value: (kind, values(value))


_REDUCED: dict[type, Callable[[Any], Any]] = copyreg.dispatch_table | {kind: _reducer(kind) for kind in (Entry, Page)}


class _Pickler(pickle.Pickler):
    """Our values as calls with their fields: their own way, through `__setstate__`, takes three times as long."""

    def __init__(self, file: BinaryIO):
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.dispatch_table = _REDUCED


def _send(answers: BinaryIO, answer: tuple[str, object]) -> None:
    packed = io.BytesIO()
    _Pickler(packed).dump(answer)
    data = packed.getvalue()
    answers.write(HEADER.pack(len(data)) + data)
    answers.flush()


if __name__ == "__main__":
    main()
