"""The daemon: the process of `monitor run`."""

from __future__ import annotations

import asyncio

import structlog

from monitor import __version__, dictionaries, logs, tracing
from monitor.app import build
from monitor.daemon.ending import leave_nobody_behind, signals
from monitor.daemon.jobs import FAILED, MISCONFIGURED, NO_STORE, OK, Daemon
from monitor.errors import ConfigurationError, StoreError
from monitor.settings import Settings
from monitor.store.lock import only_daemon

__all__ = ["FAILED", "MISCONFIGURED", "NO_STORE", "OK", "Daemon", "run"]

log = structlog.get_logger(__name__)

SENDS_END_WITHIN = 7.0


def run(settings: Settings, once: bool = False) -> int:
    """Work until told to stop in the role that the settings name, or with `once` make one whole pass. The exit code:

    0  all is well: stopped as told, or the pass is done
    1  with `once`: every poll failed, an article could not be judged, or an alert could not be
       delivered for good; without: the store has stopped answering
    2  a setting, watchlist, source, channel or seed is wrong: mend it first
    3  the database refuses (its schema, its connection), or another daemon works on it

    Logs are set up here. Installs handlers of SIGTERM, SIGINT and SIGHUP for its time.
    """
    logs.configure(settings.log_format, settings.log_level)
    code = _run(settings, once)
    leave_nobody_behind(code)
    return code


def _run(settings: Settings, once: bool) -> int:
    try:
        traces = tracing.on(settings.otlp_endpoint.get_secret_value(), __version__)
        with traces, only_daemon(settings.database_url.get_secret_value()) as alone:
            return asyncio.run(_main(settings, once, alone))
    except ConfigurationError as error:
        for problem in error.problems:
            log.error("cannot start", problem=str(problem).removeprefix(": "))
        return MISCONFIGURED
    except StoreError as error:
        log.error("the database refuses", problem=str(error))
        return NO_STORE


async def _main(settings: Settings, once: bool, alone: bool) -> int:
    stopping, reload = asyncio.Event(), asyncio.Event()
    with signals(stopping.set, reload.set):
        for failure in await asyncio.to_thread(dictionaries.prepare, settings.cache_dir):
            log.warning("a dictionary cannot be kept and is made at every start", problem=failure)
        app = build(settings, shared=not once)
        try:
            if alone and (released := await app.run(app.store.release, app.now())):
                log.warning("taking up deliveries that were under way at the last end", deliveries=released)
            daemon = Daemon(app, settings.tick_seconds, stopping, reload)
            return await (daemon.one_pass() if once else daemon.serve())
        finally:
            await app.close(SENDS_END_WITHIN)
            log.info("stopped")
