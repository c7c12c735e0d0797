"""How a function becomes a page: who may see it, what a form may be, and what a failure looks like.

Pages run on threads, not on the daemon's event loop: they may ask the store as they like.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.errors import StoreError
from monitor.web.identity import Role, identity_of
from monitor.web.site import Site, address

log = structlog.get_logger(__name__)

T = TypeVar("T")

LARGEST_FORM = 3_500_000  # bytes: a watchlist of 1 MB, of which a browser makes three
_MOST_FIELDS = 200
_COMES_WITHIN = 10.0  # seconds

Form = Mapping[str, str]
Look = Callable[[Site, Request], Response]
Act = Callable[[Site, Request, Form], Response]


class Refused(Exception):
    """A request that is answered with a page that says why, and what to do."""

    def __init__(self, status: int, problem: str, advice: str = ""):
        super().__init__(problem)
        self.status, self.problem, self.advice = status, problem, advice


def looks(site: Site, path: str, look: Look, role: Role | None = Role.VIEWER) -> Route:
    """A page to look at, which changes nothing; None lets everybody see it. `look` may raise Refused and StoreError."""

    async def endpoint(request: Request) -> Response:
        if (refused := _refusal(site, request, role)) is not None:
            return refused
        return await run_in_threadpool(_guarded, site, request, look)

    return Route(path, endpoint, methods=["GET"], name=f"look {path}")


def acts(site: Site, path: str, act: Act, role: Role | None = Role.ANALYST) -> Route:
    """What a form does. `act` may raise Refused and StoreError."""

    async def endpoint(request: Request) -> Response:
        if (refused := _refusal(site, request, role)) is not None:
            return refused
        try:
            form = await read_form(request)
        except Refused as error:
            return problem(site, request, error)
        request.state.loop = asyncio.get_running_loop()
        return await run_in_threadpool(_guarded, site, request, lambda site, request: act(site, request, form))

    return Route(path, endpoint, methods=["POST"], name=f"act {path}")


def in_loop(request: Request, work: Callable[..., Awaitable[T]], *given: object) -> T:
    """What `work` comes to in the daemon's loop, for `act`, which runs on a thread. Raises what it does."""

    async def awaited() -> T:
        return await work(*given)

    return asyncio.run_coroutine_threadsafe(awaited(), request.state.loop).result()


def problem(site: Site, request: Request, error: Refused) -> Response:
    return site.page(request, "problem.html", error.status, problem=error.problem, advice=error.advice)


def _refusal(site: Site, request: Request, role: Role | None) -> Response | None:
    if role is None:
        return None
    who = identity_of(request)
    if who is None:
        back = request.url.path if request.method == "GET" else ""
        return RedirectResponse(address("/login", back=back), 303)
    if not who.role.may(role):
        advice = f"You are {who.name}, a {who.role.value}. Ask somebody who administers this monitor."
        return problem(site, request, Refused(403, f"This is for {role.value}s.", advice))
    return None


def _guarded(site: Site, request: Request, look: Look) -> Response:
    try:
        return look(site, request)
    except Refused as error:
        return problem(site, request, error)
    except StoreError as error:
        log.warning("the database refuses", path=request.url.path, problem=str(error))
        advice = "Nothing was changed. Try again in a minute."
        return problem(site, request, Refused(503, "The database does not answer at the moment.", advice))


async def read_form(request: Request) -> dict[str, str]:
    """The fields, each once. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Refused(415, "That is not the form of this page.", "Use the buttons of the page.")
    body = bytearray()
    try:
        async with asyncio.timeout(_COMES_WITHIN):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST_FORM:
                    raise Refused(413, "That is more than this page takes.", "Write less.")
        words = body.decode("utf-8", "replace")
        return dict(parse_qsl(words, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except TimeoutError:
        raise Refused(408, "The form did not come in time.", "Try again.") from None
    except (ValueError, ClientDisconnect):
        raise Refused(400, "That is not the form of this page.", "Use the buttons of the page.") from None
