"""Does the process live (`/healthz`), and does it work (`/readyz`)? Whoever asks needs no login, and learns no more."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from monitor.core.keeping import troubles
from monitor.core.pulse import ailment
from monitor.errors import StoreError
from monitor.web.site import Site

log = structlog.get_logger(__name__)

_ANSWERS_WITHIN = 1.0  # seconds
_SHORT = {"limit": "the database nears its limit", "disk": "there is little room on its disk"}


@dataclass(frozen=True, slots=True)
class Check:
    """`problem` is "" where all is well. One that is `ok` all the same keeps nothing from working yet."""

    name: str
    ok: bool
    problem: str = ""


def routes(site: Site) -> list[BaseRoute]:
    readiness = Readiness(site)

    async def ready(request: Request) -> Response:
        checks = await readiness.checks()
        well = all(check.ok for check in checks)
        told = {"status": "ready" if well else "not ready", "checks": [asdict(check) for check in checks]}
        return JSONResponse(told, 200 if well else 503)

    return [Route("/healthz", _alive, methods=["GET"]), Route("/readyz", ready, methods=["GET"])]


async def _alive(request: Request) -> Response:
    """The event loop answers; nothing else is asked."""
    return JSONResponse({"status": "alive"})


class Readiness:
    """However many ask, the database is asked by one at a time."""

    def __init__(self, site: Site):
        self._site = site
        self._asking: asyncio.Task[str] | None = None
        self._short: str | None = None  # None: not looked at

    async def checks(self) -> list[Check]:
        problem = await self._database()
        found = [Check("database", not problem, problem)]
        if self._short is not None and not problem:
            found.append(Check("room", True, self._short))  # what is short still works
        pulse, now = self._site.pulse(), self._site.now()
        for job in pulse.jobs if pulse else ():
            if pulse and job.name in pulse.vital:
                ill = ailment([job], (), now)
                found.append(Check(job.name, not ill, ill))
        return found

    async def _database(self) -> str:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(run_in_threadpool(self._ask))
        asking = self._asking
        done, _ = await asyncio.wait({asking}, timeout=_ANSWERS_WITHIN)
        return asking.result() if done else "it does not answer within a second"

    def _ask(self) -> str:
        try:
            if self._site.room is not None:
                self._short = "; ".join(_SHORT[kind] for kind in troubles(self._site.room()))
            return "" if self._site.shown.vitals.has_our_schema() else "it has another schema than this program needs"
        except StoreError as error:  # what it says names places: that is for the log
            log.warning("not ready: the database refuses", problem=str(error))
            return "it refuses"
