"""The web application: routes, and what every answer carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.core.render import link, plain
from monitor.ports import Events, Responses
from monitor.web.answers import Answers
from monitor.web.links import SignedLinks

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def build_app(
    store: Responses,
    views: Events,
    links: SignedLinks,
    *,
    now: Callable[[], datetime],
    run: Callable[..., Awaitable[Any]],
    zone: tzinfo,
) -> ASGIApp:
    """`run` makes the calls to `store` and `views`; `zone` is that of people's mornings."""
    pages = environment()
    answers = Answers(store, views, links, pages, now=now, run=run, zone=zone)

    async def problem(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        known = {404: "There is no such page.", 405: "This page does not take that."}
        words = known.get(code, "Something went wrong here. It is written down in the log; please try again.")
        return HTMLResponse(pages.get_template("problem.html").render(problem=words, advice=""), code)

    app = Starlette(
        routes=[
            Route("/a/{token}", answers.show, methods=["GET"]),
            Route("/a/{token}", answers.take, methods=["POST"]),
            Route("/style.css", _style, methods=["GET"]),
        ],
        exception_handlers={HTTPException: problem, Exception: problem},
    )
    app.router.redirect_slashes = False
    return _Careful(app)


def environment() -> Environment:
    """Everything in a template is escaped. `plain` makes a line without unseen characters of what is foreign, `link` an
    address of the web, or nothing."""
    found = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    found.filters |= {"plain": plain, "link": link}
    return found


async def _style(request: Request) -> Response:
    return PlainTextResponse(_STYLE, media_type="text/css")


class _Careful:
    """Puts the headers on every answer, also on that to a mistake of ours."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, sending)
