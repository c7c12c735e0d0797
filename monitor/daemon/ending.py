"""How the daemon's process is told to stop, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)


@contextmanager
def signals(stop: Callable[[], None], reload: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT → `stop`, SIGHUP → `reload`; each may come more than once."""
    loop = asyncio.get_running_loop()
    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    if threading.current_thread() is not threading.main_thread():
        handlers = {}  # signals are the main thread's
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


def leave_nobody_behind(code: int) -> None:
    """Python waits at its end for every thread, and one that sends to a dead receiver takes its time.

    What such a send was about is not recorded as sent and will be repeated.
    """
    ours = [thread for thread in threading.enumerate() if thread.name.startswith(("notify", "store"))]
    for thread in ours:
        thread.join(1.0 / len(ours))
    if any(thread.is_alive() for thread in ours):
        log.warning("leaving a call behind that does not end")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
