"""The API under `/api/v1`, and the page that lists what it can do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import HTTPException
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor import __version__
from monitor.web.api import alerts, articles, known
from monitor.web.api.problems import Problem, described, handle_problems
from monitor.web.paths import looks
from monitor.web.site import Site

UNDER = "/api/v1"
LARGEST_BODY = 262_144  # bytes
_COMES_WITHIN = 10.0  # seconds
_ALWAYS = (400, 401, 403, 422, 503)
_WITH_BODY = (408, 413)
_FEEDS = (("/feeds/alerts.atom", "Atom"), ("/feeds/alerts.json", "JSON Feed"))
_WATCHING = ("/healthz", "/readyz", "/metrics")
_DESCRIPTION = """\
What the desk shows, for programs. Show a token as `Authorization: Bearer TOKEN`; an open desk on loopback asks for
none.
Errors are `application/problem+json` (RFC 9457). Lists come in pages: hand `next` back as `cursor` until it is null.
Times are in UTC, and have to say their zone where you send them.
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """As the page lists it."""

    method: str
    path: str
    summary: str
    parameters: tuple[str, ...]


def routes(site: Site) -> list[BaseRoute]:
    app = build_api(site)

    def page(site: Site, request: Request) -> Response:
        operations = list(_operations(app.openapi()))
        return site.page(request, "api.html", operations=operations, under=UNDER, feeds=_FEEDS, watching=_WATCHING)

    return [looks(site, "/api", page), Mount(UNDER, app=Bounded(app))]


def build_api(site: Site) -> FastAPI:
    # Swagger UI and ReDoc would come from elsewhere, with scripts of their own: `/api` lists the operations.
    app = FastAPI(
        title="News monitor",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": UNDER}],
        root_path_in_servers=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.site, app.state.precisions = site, known.precisions(site)
    for router in (alerts.router, articles.router, known.router):
        app.include_router(router)
    handle_problems(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """With our form of errors instead of FastAPI's."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, servers=app.servers
        )
        schemas = found["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas |= _schemas_of_problems()
        for path, methods in found["paths"].items():
            for operation in methods.values():
                named = (404,) if "{" in path else ()
                bodied = _WITH_BODY if "requestBody" in operation else ()
                operation["responses"] |= {str(status): described(status) for status in (*_ALWAYS, *named, *bodied)}
        app.openapi_schema = found
    return app.openapi_schema


def _schemas_of_problems() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), "Problem": schema}


def _operations(schema: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            named = tuple(one["name"] for one in operation.get("parameters", ()) if one["in"] == "query")
            summary = operation["description"].replace("`", "")
            yield Operation(method.upper(), path, summary, named + _fields(schema, operation))


def _fields(schema: dict[str, Any], operation: dict[str, Any]) -> tuple[str, ...]:
    """Of the body."""
    if "requestBody" not in operation:
        return ()
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return tuple(schema["components"]["schemas"][name]["properties"])


class Bounded:
    """Takes bodies up to a size, and only as long as they come."""

    def __init__(self, app: FastAPI):
        self._app: ASGIApp = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read, until, whole = 0, asyncio.get_running_loop().time() + _COMES_WITHIN, False

        async def receiving() -> Message:
            nonlocal read, whole
            if whole:  # what comes now is that somebody has gone
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, "The body did not come in time.") from None
            read += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if read > LARGEST_BODY:
                raise HTTPException(413, f"A body has at most {LARGEST_BODY:,} bytes.")
            return message

        await self._app(scope, receiving, send)
