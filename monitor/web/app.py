"""The web application: routes, and what every answer carries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.core.render import link, part, plain
from monitor.web import api, moments, pages
from monitor.web.access.gate import Refusal
from monitor.web.access.middleware import Access
from monitor.web.answers import Answers
from monitor.web.api.problems import problem as problem_as_json
from monitor.web.paths import Refused, problem
from monitor.web.site import Site

_TEMPLATES = Path(__file__).parent / "templates"
_STATIC = Path(__file__).parent / "static"
_STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The pages for people without an account, who may come from anywhere, have no script at all.
_STRICTER = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
}
# A page that is named to nobody sends its own forms without a name, too. Only addresses that are permits need that.
_REFERRER = "same-origin"
_BY_HTTPS_ONLY = "max-age=31536000"
_ASK_AGAIN = "private, no-cache"  # of feeds: whether they are still as they were
# What never changes under its name: the name has a digest of it.
_FOR_EVER = "public, max-age=31536000, immutable"


def build_app(site: Site, more: Sequence[BaseRoute] = (), desk: bool = True) -> ASGIApp:
    """`more` are routes beside those of the pages. Without the desk only whether the process works can be asked, and
    its figures."""
    answers = Answers(site.store, site.views, site.links, answer_pages(), now=site.now, run=site.run, zone=site.zone)

    async def told(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        known = {404: "There is no such page.", 405: "This page does not take that."}
        words = known.get(code, "Something went wrong here. It is written down in the log; please try again.")
        return refuse(request, Refusal(code, words))

    def refuse(request: Request, no: Refusal) -> Response:
        if request.url.path.startswith("/a/"):  # for people without an account
            told = answer_pages().get_template("problem.html").render(problem=no.problem, advice=no.advice)
            return HTMLResponse(told, no.status)
        if request.url.path.startswith("/api/"):  # such as a path with a line break, which no mount takes
            return problem_as_json(no.status, no.problem)
        return problem(site, request, Refused(no.status, no.problem, no.advice))

    for_people = [
        Route("/a/{token}", answers.show, methods=["GET"]),
        Route("/a/{token}", answers.take, methods=["POST"]),
        Route("/style.css", _style, methods=["GET"]),
        Mount("/static", StaticFiles(directory=_STATIC)),
        *pages.routes(site),
        *more,
    ]
    app = Starlette(
        routes=[*for_people, *api.watching(site), *api.routes(site)] if desk else api.watching(site),
        exception_handlers={HTTPException: told, Exception: told},
    )
    app.router.redirect_slashes = False
    return _Careful(Access(app, site, refuse), site.admission.secure)


def answer_pages() -> Environment:
    """Everything in a template is escaped. `plain` makes a line without unseen characters of what is foreign, `link` an
    address of the web, or nothing."""
    found = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    found.filters |= {"plain": plain, "link": link}
    return found


def desk_pages() -> Environment:
    """As `answer_pages`, with what the templates of the desk know beside: moments in words, `static` addresses, and
    `_` around every text of ours, so that the pages can be translated."""
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    found.filters |= {"plain": plain, "part": part, "link": link, **moments.FILTERS}
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in _STATIC.iterdir()}
    found.globals["static"] = lambda name: f"/static/{name}?v={digests[name]}"
    return found


async def _style(request: Request) -> Response:
    return PlainTextResponse(_STYLE, media_type="text/css")


class _Careful:
    """Puts the headers on every answer, also on that to a mistake of ours."""

    def __init__(self, app: ASGIApp, secure: bool):
        self._app, self._secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outside = scope["type"] == "http" and scope["path"].startswith(("/a/", "/style.css"))
        feed = scope["type"] == "http" and scope["path"].startswith("/feeds/")
        lasting = scope["type"] == "http" and scope["path"].startswith("/static/") and scope["query_string"]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = _STRICTER if outside else _POLICY
                if not outside:
                    headers["Referrer-Policy"] = _REFERRER
                if self._secure:
                    headers["Strict-Transport-Security"] = _BY_HTTPS_ONLY
                if feed and message["status"] in (200, 304):
                    headers["Cache-Control"] = _ASK_AGAIN
                if lasting and message["status"] == 200:
                    headers["Cache-Control"] = _FOR_EVER
            await send(message)

        await self._app(scope, receive, sending)
